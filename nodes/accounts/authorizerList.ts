import type { Answer } from '../calls/client';
import type { Platform } from './platform';

/** Accounts on a page of api_get_authorizer_list, at the most. */
const PAGE_SIZE = 500;

/** One entry of api_get_authorizer_list, without its refresh token. */
export interface ListedAuthorizer {
	appId: string;
	/** ISO 8601, or null when WeChat gives none. */
	authorizedAt: string | null;
}

/**
 * The accounts that authorised the platform, page by page until there are enough.
 *
 * @returns the last answer; its errcode tells whether the list is complete
 */
export async function listAuthorizers(
	platform: Platform,
	limit: number,
	offset = 0,
): Promise<{ answer: Answer; authorizers: ListedAuthorizer[]; total: number }> {
	const authorizers: ListedAuthorizer[] = [];
	for (;;) {
		const answer = await platform.call('api_get_authorizer_list', {
			offset: offset + authorizers.length,
			count: Math.min(PAGE_SIZE, limit - authorizers.length),
		});
		const page = readPage(answer.payload);
		const total = Number(answer.payload.total_count ?? 0);
		authorizers.push(...page);
		const isComplete = page.length === 0 || offset + authorizers.length >= total;
		if (answer.errcode !== 0 || isComplete || authorizers.length >= limit) {
			return { answer, authorizers, total };
		}
	}
}

function readPage(payload: Record<string, unknown>): ListedAuthorizer[] {
	const list = Array.isArray(payload.list) ? (payload.list as Array<Record<string, unknown>>) : [];
	return list.map(({ authorizer_appid: appId, auth_time: time }) => ({
		appId: String(appId),
		authorizedAt: Number(time) > 0 ? new Date(Number(time) * 1000).toISOString() : null,
	}));
}
