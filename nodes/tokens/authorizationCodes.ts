import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { LINK_PERMISSION_SET, readAuthorizer, readPermissionSets } from '../wechat/authorizer';
import { explainReply } from '../wechat/explain';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { shortHash } from '../wechat/shortHash';
import { dropOldest, textOf } from '../wechat/values';
import { noteAuthorization, type AskPlatform, type PlatformCaller } from './authorizerInfo';
import { AUTHORIZER_RESERVE, authorizerKey, PlatformField, platformOf } from './platformFields';
import { newToken, type NewToken } from './tokenCache';

/** Hidden field of the credential: authorization codes. */
const FIELD = new PlatformField<KeptCode[]>('authorizationCodes');

/** Milliseconds in which the note that a code was exchanged waits for others to be stored with it. */
const NOTE_WITHIN = 2000;

/** Codes kept at the most; those that end last stay. */
const CAPACITY = 500;

/** Milliseconds that a code lives where the push names no end (developers saw about an hour). */
const USUAL_LIFE = 60 * 60_000;

/** Seconds: what is less is a life, as WeChat's page has it; what is more a Unix time, as developers saw. */
const YEAR = 365 * 24 * 3600;

/** WeChat's answers for a code that was used already or is too old, and for one that never was. */
const USED_OR_UNKNOWN: ReadonlyArray<number | null> = [61009, 61010];

/** The code of a merchant's authorization, which has to be exchanged once and within the hour. */
export interface KeptCode {
	/** Hash of the code. */
	id: string;
	appId: string;
	/** '' once it needs no exchange any more. */
	code: string;
	/** Milliseconds since 1970: when it came, and from when it is of no use. */
	keptAt: number;
	endsAt: number;
	/** What the merchant granted, once it was exchanged. */
	permissionSets?: number[];
}

/** What an exchange brings. */
export interface Exchange {
	permissionSets: number[];
	/** The account's token, where it may be used for links. */
	token?: NewToken;
}

/** @param end as the push gives it: a Unix time in seconds, a number of seconds, or nothing */
export function toKeptCode(appId: string, code: string, end: unknown): KeptCode {
	const keptAt = Date.now();
	return { id: shortHash(code), appId, code, keptAt, endsAt: endOf(Number(end) * 1000, keptAt) };
}

function endOf(given: number, keptAt: number): number {
	if (!(given > 0)) return keptAt + USUAL_LIFE;
	return given < YEAR * 1000 ? keptAt + given : given;
}

/** The codes that the credential keeps and that have not ended; those that end last come first. */
export function readCodes(credentials: Data): KeptCode[] {
	const codes: unknown = FIELD.read(credentials, platformOf(credentials));
	if (!Array.isArray(codes)) return [];
	return codes.filter(isCode).filter(({ endsAt }) => endsAt > Date.now());
}

function isCode(entry: unknown): entry is KeptCode {
	const { id, appId, code } = (entry ?? {}) as Partial<KeptCode>;
	return [id, appId, code].every((text) => typeof text === 'string');
}

/** The fields that keep a code beside the others; undefined where it is kept, or known to be exchanged. */
export function missingCode(credentials: Data, code: KeptCode): Data | undefined {
	const kept = readCodes(credentials);
	const known = kept.find(({ id }) => id === code.id);
	if (known && (known.code === '' || code.code !== '')) return undefined;
	const codes = [...kept.filter(({ id }) => id !== code.id), code]
		.sort((a, b) => b.endsAt - a.endsAt)
		.slice(0, CAPACITY);
	const isKept = codes.includes(code) && code.endsAt > Date.now();
	return isKept ? FIELD.write(credentials, platformOf(credentials), codes) : undefined;
}

/** Exchanges of this process under way, by the code's id: two workflows may get one push. */
const UNDER_WAY = new Map<string, Promise<Exchange | Obstacle>>();

/** Codes that this process has exchanged: what notes that in the credential may take a while. */
const EXCHANGED = new Map<string, Exchange>();

/**
 * Exchanges a code (doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken), or finds that
 * another process has done it, and notes that in the credential.
 *
 * @returns an obstacle where it is not exchanged; one that may be retried leaves the code where it is
 */
export async function exchangeCode(
	platform: PlatformCaller,
	code: KeptCode,
	ask = platform.asking(),
): Promise<Exchange | Obstacle> {
	const underWay = UNDER_WAY.get(code.id) ?? EXCHANGED.get(code.id);
	if (underWay) return await underWay;
	const exchange = exchangeAndNote(platform, code, ask).finally(() => UNDER_WAY.delete(code.id));
	UNDER_WAY.set(code.id, exchange);
	return await exchange;
}

/**
 * Exchanges the codes that are kept of an account, the newest first.
 *
 * @returns undefined when none is kept
 */
export async function exchangeKeptCode(
	platform: PlatformCaller,
	appId: string,
	ask: AskPlatform,
): Promise<Exchange | Obstacle | undefined> {
	const codes = readCodes(platform.kept.latest).filter((code) => code.appId === appId && code.code);
	let result: Exchange | Obstacle | undefined;
	for (const code of codes) {
		result = await exchangeCode(platform, code, ask);
		if (!isObstacle(result)) return result;
	}
	return result;
}

/**
 * Exchanges the codes that were kept and left; what fails stays for the next time.
 *
 * @param after milliseconds for which whoever received a code is left to exchange it
 */
export async function exchangeKeptCodes(platform: PlatformCaller, after: number): Promise<void> {
	const isLeft = ({ keptAt }: KeptCode) => Date.now() - keptAt > after;
	for (const code of readCodes(platform.kept.latest).filter(isLeft)) {
		await exchangeCode(platform, code);
	}
}

async function exchangeAndNote(
	platform: PlatformCaller,
	code: KeptCode,
	ask: AskPlatform,
): Promise<Exchange | Obstacle> {
	const { kept } = platform;
	const noted = readCodes(kept.latest).find(({ id }) => id === code.id);
	if (noted?.permissionSets) return { permissionSets: noted.permissionSets };
	if (noted?.code === '') return LOST_CODE;

	const exchange = await ask('api_query_auth', { authorization_code: code.code });
	const result =
		exchange.errcode === 0
			? readExchange(exchange.payload)
			: USED_OR_UNKNOWN.includes(exchange.errcode)
				? ((await findExchanged(code.appId, ask)) ?? LOST_CODE)
				: (exchange.obstacle ?? explainReply(exchange));
	if (isObstacle(result) && result !== LOST_CODE) return result;

	if (!isObstacle(result)) {
		const appId = code.appId || accountIn(exchange.payload);
		if (result.token) kept.keep(authorizerKey(kept.origin, appId), result.token);
		noteAuthorization(platform, appId);
		EXCHANGED.set(code.id, { permissionSets: result.permissionSets });
		dropOldest(EXCHANGED, CAPACITY);
	}
	const permissionSets = isObstacle(result) ? undefined : result.permissionSets;
	const exchanged = { ...code, code: '', permissionSets };
	kept.shared?.keep((now) => missingCode(now, exchanged), NOTE_WITHIN);
	return result;
}

/** Why a code is not exchanged that WeChat does not take any more; it is not kept then. */
export const LOST_CODE: Obstacle = {
	category: 'authorization',
	problem: 'The authorization code was used already or is too old',
	hint: {
		en: 'Send the merchant a new authorization link (operation Create Authorization URL). WeChat gives a new code only where the merchant changes a ticked permission set on the way.',
		'zh-CN':
			'请向商家发送新的授权链接（操作 Create Authorization URL）。只有商家在过程中改动所勾选的权限集，微信才会给出新的授权码。',
	},
	whoActs: 'operator',
};

type Payload = Record<string, unknown>;

function infoIn(payload: Payload): Payload | undefined {
	return payload.authorization_info as Payload | undefined;
}

/** The account of an exchange, for a code whose push named none. */
function accountIn(payload: Payload): string {
	return textOf(infoIn(payload)?.authorizer_appid);
}

function readExchange(payload: Payload): Exchange {
	const info = infoIn(payload);
	const permissionSets = readPermissionSets(info?.func_info);
	const token = info?.authorizer_access_token;
	return {
		permissionSets,
		...(typeof token === 'string' &&
			token !== '' &&
			permissionSets.includes(LINK_PERMISSION_SET) && {
				token: newToken(token, info?.expires_in, AUTHORIZER_RESERVE),
			}),
	};
}

/** An account with a refresh token had its code exchanged, by whomever. */
async function findExchanged(appId: string, ask: AskPlatform): Promise<Exchange | undefined> {
	const answer = await ask('api_get_authorizer_info', { authorizer_appid: appId });
	if (answer.errcode !== 0) return undefined;
	const { refreshToken, permissionSets } = readAuthorizer(appId, answer.payload);
	return refreshToken === '' ? undefined : { permissionSets };
}
