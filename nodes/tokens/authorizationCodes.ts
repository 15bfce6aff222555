import type { AccountKind } from '../wechat/accountKind';
import { LINK_PERMISSION_SET, readAuthorizer, readPermissionSets } from '../wechat/authorizer';
import { explainMissing, explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import { dropOldest, objectOf, textOf } from '../wechat/values';
import { knownKindOf, noteAuthorization, type AskPlatform } from './authorizerInfo';
import {
	codeIn,
	isLost,
	lostCode,
	ME,
	missingCode,
	readCodes,
	toKeptCode,
	withoutCode,
	type KeptCode,
} from './keptCodes';
import type { KeptTokens } from './keptTokens';
import { platformOf } from './platformFields';
import { newToken, type NewToken } from './tokenCache';
import { AUTHORIZER_RESERVE, authorizerKey } from './tokenFields';

/** What a merchant has granted the platform, as WeChat returns it in exchange for a code. */
export interface Grant {
	/** The account, '' if WeChat does not name it. */
	appId: string;
	permissionSets: number[];
	/** Undefined if it is not known yet. */
	accountKind?: AccountKind;
	/** The account's token, if it can be used for links. */
	token?: NewToken;
}

/** Milliseconds that a code's outcome waits to be stored together with other changes, such as the token. */
const NOTE_WITHIN = 500;

/** Maximum milliseconds to store a code that a browser brought, and to wait for another process's exchange. */
const KEEP_WITHIN = 2500;
const NOTED_WITHIN = 3000;

/** Maximum number of codes whose grants this process remembers. */
const CAPACITY = 500;

/** Exchanges under way in this process, by platform and code: two workflows may get the same push. */
const UNDER_WAY = new Map<string, Promise<Grant | Obstacle>>();

/** The grants that this process received for codes: the credential may not contain them yet. */
const GRANTS = new Map<string, Grant>();

/**
 * Exchanges a code (doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken), or finds what another
 * process got for it, and notes that in the credential.
 *
 * @returns the grant or an obstacle; if a retry may help, the code is still kept
 */
export async function exchangeCode(
	kept: KeptTokens,
	ask: AskPlatform,
	code: KeptCode,
): Promise<Grant | Obstacle> {
	return await once(kept, code, async () => await exchangeAndNote(kept, ask, code));
}

/**
 * Stores and exchanges a code that a merchant's browser has brought back (auth_code). The push with the
 * same code, which names the account, may come before, after or at the same moment.
 */
export async function exchangeReturnedCode(
	kept: KeptTokens,
	ask: AskPlatform,
	given: string,
): Promise<Grant | Obstacle> {
	const code = toKeptCode('', given, undefined);
	return await once(kept, code, async () => {
		const until = AbortSignal.timeout(KEEP_WITHIN);
		await kept.shared?.ensure((now) => missingCode(now, code), until);
		return await exchangeAndNote(kept, ask, code);
	});
}

/** Exchanges a code once for all callers in this process, whether a push or a browser brought it. */
async function once(
	kept: KeptTokens,
	code: KeptCode,
	work: () => Promise<Grant | Obstacle>,
): Promise<Grant | Obstacle> {
	const key = keyOf(kept, code);
	const known = UNDER_WAY.get(key) ?? GRANTS.get(key);
	if (known) return await known;
	const working = work()
		.then((result) => {
			if (!isObstacle(result)) remember(key, result);
			return result;
		})
		.finally(() => UNDER_WAY.delete(key));
	UNDER_WAY.set(key, working);
	return await working;
}

function remember(key: string, { appId, permissionSets, accountKind }: Grant): void {
	GRANTS.set(key, { appId, permissionSets, accountKind });
	dropOldest(GRANTS, CAPACITY);
}

function keyOf({ latest }: KeptTokens, { id }: KeptCode): string {
	return `${platformOf(latest)}/${id}`;
}

/**
 * Gives up an account's token after its authorization began, changed or ended. The token stays if this or
 * another process has exchanged the authorization's code or is about to: the exchange returns the next token.
 */
export function giveUpFormerToken(kept: KeptTokens, appId: string, code?: KeptCode): void {
	const noted = code && codeIn(kept.latest, code.id);
	const isOthers = noted !== undefined && (noted.code === '' || noted.by !== ME);
	const key = code && keyOf(kept, code);
	if (isOthers || (key && (UNDER_WAY.has(key) || GRANTS.has(key)))) return;
	kept.giveUp(authorizerKey(kept.origin, appId));
}

/**
 * Exchanges the codes that are kept for an account, newest first, and those whose account is not known yet.
 *
 * @returns undefined if none is kept
 */
export async function exchangeKeptCode(
	kept: KeptTokens,
	ask: AskPlatform,
	appId: string,
): Promise<Grant | Obstacle | undefined> {
	const isWanted = (code: KeptCode) => code.code !== '' && [appId, ''].includes(code.appId);
	let obstacle: Obstacle | undefined;
	for (const code of readCodes(kept.latest).filter(isWanted)) {
		const result = await exchangeCode(kept, ask, code);
		if (!isObstacle(result)) {
			if (result.appId === appId) return result;
		} else if (code.appId === appId) obstacle = result;
	}
	return obstacle;
}

/**
 * Exchanges the codes that other runs left behind; those that fail stay for the next time.
 *
 * @param after milliseconds that a process has to exchange a code that it received
 */
export async function exchangeKeptCodes(
	kept: KeptTokens,
	ask: AskPlatform,
	after: number,
): Promise<void> {
	const isLeft = ({ code, keptAt }: KeptCode) => code !== '' && Date.now() - keptAt > after;
	for (const code of readCodes(kept.latest).filter(isLeft)) await exchangeCode(kept, ask, code);
}

async function exchangeAndNote(
	kept: KeptTokens,
	ask: AskPlatform,
	given: KeptCode,
): Promise<Grant | Obstacle> {
	const noted = await untilNoted(kept, given);
	const code = { ...given, appId: given.appId || (noted?.appId ?? '') };
	const result =
		noted?.code === '' ? await recall(noted, code, ask) : await exchangeNow(kept, ask, code);
	if (isObstacle(result) && !isLost(result)) return result;
	if (!isObstacle(result)) noteAuthorization(kept, result.appId);
	kept.shared?.keep((now) => {
		return missingCode(now, withoutCode(code, outcomeOf(kept, result)));
	}, NOTE_WITHIN);
	return result;
}

/** The code as the credential keeps it, after another process that received it had time to exchange it. */
async function untilNoted(kept: KeptTokens, code: KeptCode): Promise<KeptCode | undefined> {
	const until = performance.now() + NOTED_WITHIN;
	for (;;) {
		const noted = codeIn(kept.latest, code.id);
		// If another process left this code behind, there is no use in waiting for that process.
		const isOthers = noted && noted.code !== '' && noted.by !== ME && code.by === ME;
		if (!isOthers || !kept.shared || performance.now() > until) return noted;
		await kept.shared.refresh();
	}
}

/** The outcome of a code that no longer needs an exchange. */
async function recall(
	noted: KeptCode,
	{ appId }: KeptCode,
	ask: AskPlatform,
): Promise<Grant | Obstacle> {
	const { permissionSets, accountKind, errcode } = noted;
	if (permissionSets) return { appId: noted.appId, permissionSets, accountKind };
	// When the code was lost, its account was unknown; a push has named the account since.
	const isNewlyKnown = noted.appId === '' && appId !== '';
	return (isNewlyKnown ? await findGrant(ask, appId) : undefined) ?? lostCode(errcode);
}

async function exchangeNow(
	kept: KeptTokens,
	ask: AskPlatform,
	code: KeptCode,
): Promise<Grant | Obstacle> {
	const answer = await ask('api_query_auth', { authorization_code: code.code });
	if (isLost(answer)) return (await grantOfOthers(kept, ask, code)) ?? lostCode(answer.errcode);
	if (answer.errcode !== 0) return answer.obstacle ?? explainReply(answer);
	const grant = readGrant(code.appId, objectOf(answer.payload.authorization_info));
	if (grant.appId === '') return explainMissing(answer);
	const key = authorizerKey(kept.origin, grant.appId);
	if (grant.token) kept.keep(key, grant.token);
	else kept.giveUp(key);
	return grant;
}

function readGrant(appId: string, info: Record<string, unknown>): Grant {
	const permissionSets = readPermissionSets(info.func_info);
	const token = textOf(info.authorizer_access_token);
	const isUsable = token !== '' && permissionSets.includes(LINK_PERMISSION_SET);
	return {
		appId: appId || textOf(info.authorizer_appid),
		permissionSets,
		...(isUsable && { token: newToken(token, info.expires_in, AUTHORIZER_RESERVE) }),
	};
}

/** What another process received for the code, if the account is known or a push has named it since. */
async function grantOfOthers(
	kept: KeptTokens,
	ask: AskPlatform,
	code: KeptCode,
): Promise<Grant | undefined> {
	if (code.appId !== '') return await findGrant(ask, code.appId);
	await kept.shared?.refresh();
	const { appId, permissionSets, accountKind } = (await untilNoted(kept, code)) ?? code;
	if (permissionSets) return { appId, permissionSets, accountKind };
	return appId === '' ? undefined : await findGrant(ask, appId);
}

/** If an account has a refresh token, this n8n or another system has exchanged its code. */
async function findGrant(ask: AskPlatform, appId: string): Promise<Grant | undefined> {
	const answer = await ask('api_get_authorizer_info', { authorizer_appid: appId });
	if (answer.errcode !== 0) return undefined;
	const { refreshToken, permissionSets, accountKind } = readAuthorizer(appId, answer.payload);
	return refreshToken === '' ? undefined : { appId, permissionSets, accountKind };
}

function outcomeOf(kept: KeptTokens, result: Grant | Obstacle): Partial<KeptCode> {
	if (isObstacle(result)) return { errcode: result.errcode };
	const { appId, permissionSets, accountKind = knownKindOf(kept, appId) } = result;
	return { appId, permissionSets, accountKind };
}
