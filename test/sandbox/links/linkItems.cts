import type { MiniProgram } from '../platform/accounts.cts';
import type { JsonObject } from '../protocol/answer.cts';
import { LINKED, REFUSED } from './relations.cts';
import type { Behavior, ListForm, Relation } from '../types.cts';

const headImage = (appId: string): string => `https://example.com/headimg/${appId}.png`;

/** A refused item has only these fields in the documented sample. */
function refusedItem(miniProgram: MiniProgram, status: number): JsonObject {
	return {
		status,
		username: miniProgram.username,
		source: 'SOURCE_NORMAL',
		headimg_url: headImage(miniProgram.appId),
		func_infos: [],
		nickname: miniProgram.nickname,
	};
}

function fullItem(miniProgram: MiniProgram, relation: Relation, status: number): JsonObject {
	return {
		status,
		username: miniProgram.username,
		appid: miniProgram.appId,
		source: 'SOURCE_NORMAL',
		nickname: miniProgram.nickname,
		selected: relation.showProfile ? 1 : 0,
		nearby_display_status: miniProgram.nearby ? 1 : 0,
		released: miniProgram.released ? 1 : 0,
		headimg_url: headImage(miniProgram.appId),
		func_infos: [
			{ status: 1, id: 1, name: '微信认证' },
			{ status: 0, id: 2, name: '微信支付' },
		],
		copy_verify_status: 1,
		email: miniProgram.email,
	};
}

/** A linked service account, as one developer saw it; its fields are assumed. */
const serviceAccountItem: JsonObject = {
	status: LINKED,
	username: 'gh_5e27acc0417e',
	appid: 'wx5e27acc0417e0001',
	source: 'SOURCE_NORMAL',
	nickname: '服务号',
	selected: 0,
	nearby_display_status: 0,
	released: 0,
	headimg_url: headImage('wx5e27acc0417e0001'),
	func_infos: [{ status: 1, id: 1, name: '微信认证' }],
	email: 'service-account@example.com',
};

function withoutAppId(item: JsonObject): JsonObject {
	return Object.fromEntries(Object.entries(item).filter(([key]) => key !== 'appid'));
}

/**
 * One item of wxamplinkget. Linked and pending items have every field of the documented sample and
 * `copy_verify_status`, which developers saw; refused ones have six fields.
 */
export function linkItem(
	miniProgram: MiniProgram,
	relation: Relation,
	behavior: Behavior,
): JsonObject {
	const status = behavior.itemStatus ?? relation.status;
	if (status === REFUSED) return refusedItem(miniProgram, status);
	const item = fullItem(miniProgram, relation, status);
	return behavior.omitAppId && status === LINKED ? withoutAppId(item) : item;
}

const forms: Readonly<Record<ListForm, (items: JsonObject[]) => JsonObject | null>> = {
	noItems: () => ({ items: [] }),
	wxopensNull: () => null,
	wxopensEmpty: () => ({}),
	itemsNull: () => ({ items: null }),
	itemsEmptyObject: () => ({ items: {} }),
	withNullItems: (items) => ({ items: [null, ...items, null] }),
	withoutFirst: (items) => ({ items: items.slice(1) }),
};

/** The `wxopens` part of an answer, as changed by the behavior. */
export function wxopensFields(items: JsonObject[], behavior: Behavior): JsonObject {
	if (behavior.omitWxopens) return {};
	const all = behavior.addServiceAccount ? [...items, serviceAccountItem] : items;
	const { listForm } = behavior;
	return { wxopens: listForm === undefined ? { items: all } : forms[listForm](all) };
}
