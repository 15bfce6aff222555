import type { Answer } from '../calls/client';
import type { AccountKind } from '../wechat/accountKind';
import {
	LINK_PERMISSION_SET,
	readAuthorizer,
	readPermissionSets,
	type Authorizer,
} from '../wechat/authorizer';
import type { Api } from '../wechat/apis';
import { dropOldest, isRecord, textOf } from '../wechat/values';
import type { KeptTokens } from './keptTokens';
import { newToken, type NewToken } from './tokenCache';
import { AUTHORIZER_RESERVE, authorizerKey } from './tokenFields';

/** Calls an API of the platform; component_appid is added to the body. */
export type AskPlatform = (api: Api, body?: Record<string, unknown>) => Promise<Answer>;

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

/** What an exchange brings. */
export interface Exchange {
	/** The account, '' where WeChat does not name it. */
	appId: string;
	permissionSets: number[];
	/** Where it is known already. */
	accountKind?: AccountKind;
	/** The account's token, where it may be used for links. */
	token?: NewToken;
}

/**
 * @param appId the account, '' where it is not known
 * @param payload of api_query_auth
 */
export function readExchange(appId: string, payload: Record<string, unknown>): Exchange {
	const info = isRecord(payload.authorization_info) ? payload.authorization_info : {};
	const permissionSets = readPermissionSets(info.func_info);
	const token = textOf(info.authorizer_access_token);
	const isUsable = token !== '' && permissionSets.includes(LINK_PERMISSION_SET);
	return {
		appId: appId || textOf(info.authorizer_appid),
		permissionSets,
		...(isUsable && { token: newToken(token, info.expires_in, AUTHORIZER_RESERVE) }),
	};
}

/** An account with a refresh token had its code exchanged, by whomever. */
export async function findExchanged(
	appId: string,
	ask: AskPlatform,
): Promise<Exchange | undefined> {
	const answer = await ask('api_get_authorizer_info', { authorizer_appid: appId });
	if (answer.errcode !== 0) return undefined;
	const { refreshToken, permissionSets, accountKind } = readAuthorizer(appId, answer.payload);
	return refreshToken === '' ? undefined : { appId, permissionSets, accountKind };
}
