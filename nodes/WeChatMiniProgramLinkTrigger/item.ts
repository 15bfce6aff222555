import type { IDataObject } from 'n8n-workflow';

import { describeNotListed, describeLinkStatus } from '../wechat/linkStates';
import type { WhoActs } from '../wechat/errcodes';
import type { Obstacle } from '../wechat/obstacle';
import { shortHash } from '../wechat/shortHash';
import type { Language, Text } from '../wechat/text';
import { isOpen, type Change } from './changes';

/** What the items of one look share. */
export interface Sight {
	/** Tells whose accounts they are; the same after a restart. */
	of: string;
	language: Language;
	/** Milliseconds since 1970. */
	now: number;
}

/** A change as the item that starts a workflow. */
export function itemOf(change: Change, appId: string, sight: Sight): IDataObject {
	const { event, id, lives, status, previousStatus } = change;
	const isListed = event !== 'removed';
	const state = isListed ? describeLinkStatus(status) : describeNotListed(false, true);
	const removal = isOpen(previousStatus) ? INVITATION_GONE : LINK_GONE;
	const which = event === 'unknownStatus' ? `${lives} ${status}` : String(lives);
	return {
		event,
		eventId: eventIdOf(sight, appId, event, id, which),
		officialAccountAppId: appId || null,
		miniProgramAppId: change.appId || null,
		username: id.startsWith('gh_') ? id : null,
		nickname: change.nickname,
		previousStatus,
		linkStatus: status,
		outcome: state.outcome,
		waitingDays: change.waitingDays,
		detectedAt: new Date(sight.now).toISOString(),
		hint: (isListed ? state.hint : removal)[sight.language],
		whoActs: state.whoActs,
	};
}

/** That an account can no longer be called, as the item that starts a workflow. */
export function unavailableItem(
	{ hint, whoActs }: { hint: Text; whoActs: WhoActs } & Pick<Obstacle, 'hint'>,
	appId: string,
	losses: number,
	sight: Sight,
): IDataObject {
	return {
		event: 'accountUnavailable',
		eventId: eventIdOf(sight, appId, 'accountUnavailable', '', String(losses)),
		officialAccountAppId: appId || null,
		miniProgramAppId: null,
		username: null,
		nickname: null,
		previousStatus: null,
		linkStatus: null,
		outcome: 'failed',
		waitingDays: null,
		detectedAt: new Date(sight.now).toISOString(),
		hint: hint[sight.language],
		whoActs,
	};
}

/**
 * The same for every repeat of an event, also after a crash that took the memory back to an earlier
 * look: so it is made of nothing that such a look would see in another way.
 */
function eventIdOf({ of }: Sight, ...parts: string[]): string {
	return shortHash(JSON.stringify([of, ...parts]));
}

const LINK_GONE: Text = {
	en: 'The Mini Program is no longer linked: an administrator removed it, or an unlink request was agreed to. If that was not wanted, talk to the Official Account administrator, then send a new invitation with Link.',
	'zh-CN':
		'该小程序已不再关联：管理员解除了关联，或解除关联的请求已被同意。如果这不是预期的，请先与公众号管理员沟通，再用 Link 重新发送邀请。',
};
const INVITATION_GONE: Text = {
	en: 'The invitation is gone before both administrators agreed: one may have refused it, or it lapsed; WeChat does not say which. Talk to the Official Account administrator, then send a new invitation with Link.',
	'zh-CN':
		'双方管理员都同意之前，邀请就不在了：可能被拒绝，也可能已失效，微信没有说明是哪一种。请与公众号管理员沟通，然后用 Link 重新发送邀请。',
};
