import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { trimBaseUrl } from '../calls/baseUrl';
import { givenText } from '../wechat/values';
import { PlatformField, platformOf } from './platformFields';
import { isNewer, type Token, type TokenFields } from './tokenCache';
import { isTokenService } from './tokenService';

/**
 * What the platform's tokens are made from, or where they come from: its appid and a hash. Who lacks the
 * secret gets none of them. A slash at the end of API Base URL makes no difference.
 */
export function originOf(credentials: Data): string {
	const { tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue } = credentials;
	const source = isTokenService(credentials)
		? ['tokenService', tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue]
		: [credentials.componentAppSecret];
	const road = trimBaseUrl(credentials.apiBaseUrl);
	const platform = platformOf(credentials);
	return `${platform}:${hashOf([road, platform, ...source])}`;
}

function hashOf(fields: unknown[]): string {
	const texts = fields.map(givenText);
	return createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
}

/** The key of the platform's own token. */
export function componentKey(origin: string): string {
	return `${origin}/${COMPONENT}`;
}

/** The key of a merchant's token. */
export function authorizerKey(origin: string, appId: string): string {
	return `${origin}/${appId}`;
}

/** Milliseconds; WeChat's page asks for a new token 10 minutes before the end of the old one. */
export const COMPONENT_RESERVE = 10 * 60_000;

/** Milliseconds before its end from which a merchant's token is no longer used. */
export const AUTHORIZER_RESERVE = 5 * 60_000;

/** Merchants' tokens kept in the credential at the most; those that end last stay. */
const CAPACITY = 2000;

/** Milliseconds that a stored token may still be used at the most, whatever is said about it. */
const LONGEST_LIFE = 2 * 60 * 60_000;

const COMPONENT = 'component';

/** A token as it is kept: whose it is, its value, its serial number and from when it is renewed. */
type Entry = [appId: string, value: string, serial: number, renewAt: number];

/** Hidden field of the credential: the tokens of a platform and its merchants. */
const TOKENS = new PlatformField<Entry[]>('authorizerAccessTokens');

/** How the credential `weChatOpenPlatformApi` keeps the platform's token and its merchants'. */
export const PLATFORM_TOKENS: TokenFields = {
	identityOf: platformOf,
	originOf,

	read(credentials, origin) {
		const entries = readEntries(TOKENS.read(credentials, origin));
		return entries.map(([appId, token]) => [
			authorizerKey(origin, appId),
			appId === COMPONENT ? endingAsShown(token, credentials) : token,
		]);
	},

	missing(credentials, origin, tokens) {
		const known = new Map(readEntries(TOKENS.read(credentials, origin)));
		const all = new Map(known);
		for (const [key, token] of tokens) {
			const appId = key.slice(origin.length + 1);
			if (isNewer(token, all.get(appId))) all.set(appId, token);
		}
		const kept = within(all);
		if (kept.every(([appId, { value }]) => known.get(appId)?.value === value)) return undefined;
		const entries = kept.map(([appId, { value, serial, renewAt }]): Entry => {
			return [appId, value, serial, renewAt];
		});
		return { ...TOKENS.write(credentials, origin, entries), ...shown(all.get(COMPONENT)) };
	},
};

/** The tokens that have not ended, and of too many those that end last. */
function within(tokens: ReadonlyMap<string, Token>): Array<[string, Token]> {
	const kept = [...tokens].filter(([, { renewAt }]) => renewAt > Date.now());
	if (kept.length <= CAPACITY) return kept;
	const isOwn = ([appId]: [string, Token]) => Number(appId === COMPONENT);
	return kept.sort((a, b) => isOwn(b) - isOwn(a) || b[1].renewAt - a[1].renewAt).slice(0, CAPACITY);
}

/** The platform's own token under the names by which n8n and its users know it. */
function shown(component: Token | undefined): Data {
	if (!component) return {};
	const { value, renewAt } = component;
	return {
		componentAccessToken: value,
		componentAccessTokenExpiresAt: renewAt + COMPONENT_RESERVE,
	};
}

/** A person may have said in the credential that the platform's own token ends earlier. */
function endingAsShown(token: Token, { componentAccessToken, ...others }: Data): Token {
	if (componentAccessToken !== token.value) return token;
	const renewAt = Number(others.componentAccessTokenExpiresAt ?? Infinity) - COMPONENT_RESERVE;
	return { ...token, renewAt: Math.min(token.renewAt, renewAt) };
}

function readEntries(entries: unknown): Array<[appId: string, token: Token]> {
	return Array.isArray(entries) ? entries.flatMap(readEntry) : [];
}

function readEntry(entry: unknown): Array<[appId: string, token: Token]> {
	if (!Array.isArray(entry)) return [];
	const [appId, value, serial, renewAt] = entry as unknown[];
	if (typeof appId !== 'string' || typeof value !== 'string') return [];
	if (!Number.isSafeInteger(serial) || !Number.isFinite(renewAt)) return [];
	const end = Math.min(Number(renewAt), Date.now() + LONGEST_LIFE);
	return [[appId, { value, serial: Number(serial), renewAt: end }]];
}

/** The platform's token that a credential holds, while it is good. */
export function keptComponentToken(
	credentials: Data,
): { value: string; isOfOtherValues: boolean } | undefined {
	const isOwn = ([key]: [string, unknown]) => key.startsWith(`${platformOf(credentials)}:`);
	for (const [origin, entries] of TOKENS.all(credentials).filter(isOwn)) {
		const token = new Map(readEntries(entries)).get(COMPONENT);
		if (!token || token.value === '' || token.renewAt <= Date.now()) continue;
		return { value: token.value, isOfOtherValues: origin !== originOf(credentials) };
	}
	return undefined;
}

/** Name of the credential type, and of its hidden fields. */
export const ACCOUNT_CREDENTIAL = 'weChatAuthorizerTokenApi';
const VALUE = 'authorizerAccessToken';
const SERIAL = 'storedSerial';
const RENEW_AT = 'storedRenewAt';
const ORIGIN = 'storedOrigin';

/**
 * Tells token services apart, so that a token is never used for another account after the
 * credential was edited. A hash, since the header's value is a secret.
 */
export function tokenServiceOrigin(credentials: Data): string {
	const { tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue, apiBaseUrl } =
		credentials;
	return hashOf([tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue, apiBaseUrl]);
}

/** The key of the token that a service gives. */
export function serviceKey(origin: string): string {
	return `${origin}/service`;
}

/** How the credential `weChatAuthorizerTokenApi` keeps a fetched token. */
export const ACCOUNT_TOKEN: TokenFields = {
	identityOf: tokenServiceOrigin,
	originOf: tokenServiceOrigin,

	read(credentials, origin) {
		const value = credentials[VALUE];
		if (typeof value !== 'string' || value === '' || credentials[ORIGIN] !== origin) return [];
		const renewAt = Number(credentials[RENEW_AT] ?? 0);
		const serial = Number(credentials[SERIAL] ?? 0);
		return [[serviceKey(origin), { value, serial, renewAt }]];
	},

	missing(credentials, origin, tokens) {
		const token = tokens.get(serviceKey(origin));
		const [[, known] = []] = this.read(credentials, origin);
		if (!token || !isNewer(token, known)) return undefined;
		const { value, serial, renewAt } = token;
		return { [VALUE]: value, [SERIAL]: serial, [RENEW_AT]: renewAt, [ORIGIN]: origin };
	},
};
