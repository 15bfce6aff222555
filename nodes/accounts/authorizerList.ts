import type { Answer } from '../calls/client';
import type { AskPlatform } from '../tokens/authorizerInfo';
import { objectOf, timeOf, wholeNumberOf } from '../wechat/values';

/** Maximum number of accounts on a page of api_get_authorizer_list. */
const PAGE_SIZE = 500;

/** One entry of api_get_authorizer_list, without its refresh token. */
export interface ListedAuthorizer {
	appId: string;
	/** ISO 8601, or null if it is not known. */
	authorizedAt: string | null;
	/** From a token service, null if the service does not say; WeChat's list contains no names. */
	name?: string | null;
}

/** An account as a person knows it: by name and appid, or by appid alone. */
export function nameWithId({ appId, name }: Pick<ListedAuthorizer, 'appId' | 'name'>): string {
	return name ? `${name} (${appId})` : appId;
}

/** The part of the list that was read. */
export interface AuthorizerList {
	/** The last answer; its errcode shows whether everything could be read. */
	answer: Answer;
	authorizers: ListedAuthorizer[];
	/** Whether the list was read to its end and did not change meanwhile. */
	isWhole: boolean;
	/** The offset of the next page; undefined at the end of the list. */
	next: number | undefined;
}

/**
 * The accounts that authorized the platform, each once, page by page until there are enough
 * (doc/oplatform/openApi/authorization-management/api_getauthorizerlist).
 *
 * WeChat does not document what a page with fewer than `count` entries means. So the next page begins after
 * the entries that came, and repeated entries are dropped. The list ends when total_count is reached, or at a
 * page without a new entry, such as a refusal.
 *
 * @param limit maximum number of accounts to return
 * @param offset number of entries to skip
 */
export async function listAuthorizers(
	call: AskPlatform,
	limit: number,
	offset = 0,
): Promise<AuthorizerList> {
	const found = new Map<string, ListedAuthorizer>();
	const totals = new Set<number | undefined>();
	let next = offset;
	let count = Math.min(PAGE_SIZE, limit);
	for (;;) {
		const answer = await call('api_get_authorizer_list', { offset: next, count });
		const before = found.size;
		const rows = rowsOf(answer);
		for (const row of rows) {
			if (found.size === limit) break;
			next++;
			const authorizer = readRow(row);
			if (authorizer && !found.has(authorizer.appId)) found.set(authorizer.appId, authorizer);
		}
		const total = wholeNumberOf(answer.payload.total_count);
		totals.add(total);
		const isLast = found.size === before || offset + found.size === total;
		if (isLast || found.size === limit) {
			const isAtEnd = total === undefined ? Array.isArray(answer.payload.list) : next >= total;
			const isSteady = totals.size === 1 && answer.errcode === 0;
			const isWhole = isLast && isAtEnd && isSteady && offset === 0;
			const authorizers = [...found.values()];
			return { answer, authorizers, isWhole, next: isLast ? undefined : next };
		}
		// After a short page, a small page might contain only repeated entries.
		count = rows.length < count ? PAGE_SIZE : Math.min(PAGE_SIZE, limit - found.size);
	}
}

function rowsOf({ payload }: Answer): unknown[] {
	return Array.isArray(payload.list) ? (payload.list as unknown[]) : [];
}

function readRow(row: unknown): ListedAuthorizer | undefined {
	const { authorizer_appid: appId, auth_time: time } = objectOf(row);
	return typeof appId === 'string' && appId !== ''
		? { appId, authorizedAt: timeOf(time) }
		: undefined;
}
