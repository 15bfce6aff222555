import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { trimBaseUrl } from '../calls/baseUrl';
import { givenText } from '../wechat/values';
import { PlatformField, platformOf } from './platformFields';
import { isNewer, type Token, type TokenFields } from './tokenCache';
import { isTokenService } from './tokenService';

/**
 * Identifies what the platform's tokens are made from, or the service that returns them: the platform's appid
 * and a hash. Only a credential with the same secret finds them. A slash at the end of API Base URL makes no
 * difference.
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

/** Milliseconds; WeChat's page says to request a new token 10 minutes before the old one ends. */
export const COMPONENT_RESERVE = 10 * 60_000;

/** Milliseconds before the end of a merchant's token during which it is no longer used. */
export const AUTHORIZER_RESERVE = 5 * 60_000;

/** Maximum number of tokens that the credential keeps for a platform; those that end last stay. */
const CAPACITY = 2000;

/** Maximum milliseconds that a stored token can still be used, whatever the credential says. */
const LONGEST_LIFE = 2 * 60 * 60_000;

const COMPONENT = 'component';

/** A token as the credential keeps it: account, value, serial number, and the time from which it is renewed. */
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

/** The tokens that have not ended; if there are too many, those that end last. */
function within(tokens: ReadonlyMap<string, Token>): Array<[string, Token]> {
	const kept = [...tokens].filter(([, { renewAt }]) => renewAt > Date.now());
	if (kept.length <= CAPACITY) return kept;
	const isOwn = ([appId]: [string, Token]) => Number(appId === COMPONENT);
	return kept.sort((a, b) => isOwn(b) - isOwn(a) || b[1].renewAt - a[1].renewAt).slice(0, CAPACITY);
}

/** The platform's own token under the field names that n8n and its users know. */
function shown(component: Token | undefined): Data {
	if (!component) return {};
	const { value, renewAt } = component;
	return {
		componentAccessToken: value,
		componentAccessTokenExpiresAt: renewAt + COMPONENT_RESERVE,
	};
}

/** A person may have entered an earlier end for the platform's own token in the credential. */
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

/** The platform's own token that a credential keeps, while it is valid. */
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
 * Tells token services apart, so that no token is used for another account after the credential was edited.
 * A hash, since the header's value is a secret.
 */
export function tokenServiceOrigin(credentials: Data): string {
	const { tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue, apiBaseUrl } =
		credentials;
	return hashOf([tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue, apiBaseUrl]);
}

/** The key of the token that the service of a single account returns. */
export function serviceKey(origin: string): string {
	return `${origin}/service`;
}

/** How the credential `weChatAuthorizerTokenApi` keeps the token of its service. */
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
