import type { Answer } from '../calls/client';
import type { AccountKind } from '../wechat/accountKind';
import { readAuthorizer, type Authorizer } from '../wechat/authorizer';
import type { ComponentApi } from '../wechat/apis';
import { dropOldest } from '../wechat/values';
import type { KeptTokens } from './keptTokens';
import { authorizerKey } from './platformFields';

/** Calls an API of the platform; component_appid is added to the body. */
export type AskPlatform = (api: ComponentApi, body?: Record<string, unknown>) => Promise<Answer>;

/** The platform as whoever makes a merchant's token needs it. */
export interface PlatformCaller {
	readonly kept: KeptTokens;
	/** @param isUnwanted whether no further call should start */
	asking(isUnwanted?: () => boolean): AskPlatform;
}

/** Kinds that this process remembers; whatever does not fit is asked for again. */
const CAPACITY = 10_000;

/** Kinds of accounts, by the key of their tokens. A kind never changes. */
const KINDS = new Map<string, AccountKind>();

/** What WeChat answered about an account. */
export interface AuthorizerInfo {
	answer: Answer;
	/** Undefined for an answer that does not hold it whole. */
	authorizer: Authorizer | undefined;
	/** Null where WeChat does not say. */
	name: string | null;
}

/** Asks WeChat about an account that authorized the platform, and remembers its kind. */
export async function askAuthorizer(
	platform: Pick<PlatformCaller, 'kept'>,
	appId: string,
	ask: AskPlatform,
): Promise<AuthorizerInfo> {
	const answer = await ask('api_get_authorizer_info', { authorizer_appid: appId });
	const read = answer.errcode === 0 ? readAuthorizer(appId, answer.payload) : undefined;
	const authorizer = read?.isWhole ? read : undefined;
	if (authorizer && KINDS.size < CAPACITY) {
		KINDS.set(authorizerKey(platform.kept.origin, appId), authorizer.accountKind);
	}
	return { answer, authorizer, name: read?.name ?? null };
}

/** The kind of an account, where this process has read it. */
export function knownKindOf(
	{ kept }: Pick<PlatformCaller, 'kept'>,
	appId: string,
): AccountKind | undefined {
	return KINDS.get(authorizerKey(kept.origin, appId));
}

/** When this process exchanged the last code of an account: milliseconds since 1970. */
const AUTHORIZED = new Map<string, number>();

/** Notes that a merchant has just authorized the platform, or has changed what that may do. */
export function noteAuthorization({ kept }: Pick<PlatformCaller, 'kept'>, appId: string): void {
	AUTHORIZED.set(authorizerKey(kept.origin, appId), Date.now());
	dropOldest(AUTHORIZED, CAPACITY);
}

/** @returns milliseconds since 1970, 0 where this process has noted nothing */
export function notedAuthorizationOf(
	{ kept }: Pick<PlatformCaller, 'kept'>,
	appId: string,
): number {
	return AUTHORIZED.get(authorizerKey(kept.origin, appId)) ?? 0;
}
