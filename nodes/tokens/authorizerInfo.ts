import type { Answer } from '../calls/client';
import type { AccountKind } from '../wechat/accountKind';
import { readAuthorizer, type Authorizer } from '../wechat/authorizer';
import type { Api } from '../wechat/apis';
import { dropOldest } from '../wechat/values';
import type { KeptTokens } from './keptTokens';
import { authorizerKey } from './tokenFields';

/** Calls an API of the platform; component_appid is added to the body. */
export type AskPlatform = (api: Api, body?: Record<string, unknown>) => Promise<Answer>;

/** Maximum number of accounts that this process remembers something about. */
const CAPACITY = 10_000;

/** Kinds of accounts, by the key of their tokens. A kind never changes. */
const KINDS = new Map<string, AccountKind>();

/** What WeChat answered about an account. */
export interface AuthorizerInfo {
	answer: Answer;
	/** Undefined if the answer is not complete. */
	authorizer: Authorizer | undefined;
	/** Null if WeChat does not say. */
	name: string | null;
}

/** Asks WeChat about an account that authorized the platform, and remembers its kind. */
export async function askAuthorizer(
	kept: KeptTokens,
	ask: AskPlatform,
	appId: string,
): Promise<AuthorizerInfo> {
	const answer = await ask('api_get_authorizer_info', { authorizer_appid: appId });
	const read = answer.errcode === 0 ? readAuthorizer(appId, answer.payload) : undefined;
	const authorizer = read?.isWhole ? read : undefined;
	if (authorizer && KINDS.size < CAPACITY) {
		KINDS.set(authorizerKey(kept.origin, appId), authorizer.accountKind);
	}
	return { answer, authorizer, name: read?.name ?? null };
}

/** The kind of an account, if this process has read it. */
export function knownKindOf({ origin }: KeptTokens, appId: string): AccountKind | undefined {
	return KINDS.get(authorizerKey(origin, appId));
}

/** When this process exchanged the last code of an account: milliseconds since 1970. */
const AUTHORIZED = new Map<string, number>();

/** Notes that a merchant has just authorized the platform, or has changed what it may do. */
export function noteAuthorization({ origin }: KeptTokens, appId: string): void {
	AUTHORIZED.set(authorizerKey(origin, appId), Date.now());
	dropOldest(AUTHORIZED, CAPACITY);
}

/** @returns milliseconds since 1970, 0 if this process has noted nothing */
export function notedAuthorizationOf({ origin }: KeptTokens, appId: string): number {
	return AUTHORIZED.get(authorizerKey(origin, appId)) ?? 0;
}
