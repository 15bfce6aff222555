import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { givenText, textOf } from '../wechat/values';
import type { Token } from './token';
import type { Shelf } from './shelf';
import { isTokenService } from './tokenService';

/** Merchants' tokens kept in the credential at the most; those that end last stay. */
const CAPACITY = 2000;

/** Characters; a longer text is none that was written here. */
const LONGEST_TEXT = 4_000_000;

/** Milliseconds that a stored token may still be used at the most, whatever is said about it. */
const LONGEST_LIFE = 2 * 60 * 60_000;

/** Version of the field's form. */
const VERSION = 2;

/** Name of the credential type, and of its hidden fields. */
export const PLATFORM_CREDENTIAL = 'weChatOpenPlatformApi';
const COMPONENT_TOKEN = 'componentAccessToken';
const COMPONENT_TOKEN_ENDS = 'componentAccessTokenExpiresAt';
const COMPONENT_TOKEN_MADE = 'componentAccessTokenMadeAt';
const COMPONENT_TOKEN_ORIGIN = 'componentAccessTokenOrigin';
const AUTHORIZER_TOKENS = 'authorizerAccessTokens';

/** Milliseconds; WeChat's page asks for a new token 10 minutes before the end of the old one. */
export const COMPONENT_RESERVE = 10 * 60_000;

/** Milliseconds before its end from which a merchant's token is no longer used. */
export const AUTHORIZER_RESERVE = 5 * 60_000;

/**
 * Hash of what the platform's tokens are made from, or of where they are had from: who lacks the secret
 * gets none of them.
 */
export function originOf(credentials: ICredentialDataDecryptedObject): string {
	const { tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue } = credentials;
	const source = isTokenService(credentials)
		? ['tokenService', tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue]
		: [credentials.componentAppSecret];
	return hashOf([credentials.apiBaseUrl, credentials.componentAppId, ...source]);
}

/** Hash of what tells platforms apart in pushes: theirs go on when their tokens come from elsewhere. */
export function pushOriginOf(credentials: ICredentialDataDecryptedObject): string {
	return hashOf([credentials.apiBaseUrl, credentials.componentAppId]);
}

function hashOf(fields: unknown[]): string {
	const texts = fields.map(givenText);
	return createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
}

/** The key of the platform's own token. */
export function componentKey(origin: string): string {
	return `${origin}/component`;
}

/** The key of a merchant's token. */
export function authorizerKey(origin: string, appId: string): string {
	return `${origin}/${appId}`;
}

/** How the credential `weChatOpenPlatformApi` keeps the platform's token and its merchants'. */
export const PLATFORM_SHELF: Shelf = {
	originOf,

	read(credentials) {
		const origin = originOf(credentials);
		const tokens = readAuthorizers(credentials, origin).map(([appId, token]): [string, Token] => [
			authorizerKey(origin, appId),
			token,
		]);
		const component = readComponent(credentials, origin);
		return component ? [[componentKey(origin), component], ...tokens] : tokens;
	},

	write(credentials, changed): ICredentialDataDecryptedObject {
		const origin = originOf(credentials);
		const component = changed.get(componentKey(origin));
		const authorizers = [...changed].flatMap(
			([key, token]): Array<[string, Token]> =>
				token === component ? [] : [[key.slice(origin.length + 1), token]],
		);
		const known = readComponent(credentials, origin);
		return {
			...(component &&
				component.madeAt > (known?.madeAt ?? 0) &&
				writeComponent(component, origin)),
			...(authorizers.length > 0 && {
				[AUTHORIZER_TOKENS]: writeAuthorizers(
					readAuthorizers(credentials, origin),
					authorizers,
					origin,
				),
			}),
		};
	},
};

/** The platform's token that a credential holds, while it is good. */
export function keptComponentToken(
	credentials: ICredentialDataDecryptedObject,
): { value: string; isOfOtherValues: boolean } | undefined {
	const madeFrom = textOf(credentials[COMPONENT_TOKEN_ORIGIN]);
	const token = readComponent(credentials, madeFrom);
	if (!token || token.renewAt <= Date.now()) return undefined;
	return { value: token.value, isOfOtherValues: madeFrom !== originOf(credentials) };
}

function readComponent(
	credentials: ICredentialDataDecryptedObject,
	origin: string,
): Token | undefined {
	const value = credentials[COMPONENT_TOKEN];
	if (typeof value !== 'string' || value === '') return undefined;
	if (credentials[COMPONENT_TOKEN_ORIGIN] !== origin) return undefined;
	const endsAt = Number(credentials[COMPONENT_TOKEN_ENDS] ?? 0);
	const madeAt = Number(credentials[COMPONENT_TOKEN_MADE] ?? 0) || endsAt - LONGEST_LIFE;
	return toToken(value, madeAt, endsAt - COMPONENT_RESERVE);
}

function writeComponent(
	{ value, madeAt, renewAt }: Token,
	origin: string,
): ICredentialDataDecryptedObject {
	return {
		[COMPONENT_TOKEN]: value,
		[COMPONENT_TOKEN_ENDS]: renewAt + COMPONENT_RESERVE,
		[COMPONENT_TOKEN_MADE]: madeAt,
		[COMPONENT_TOKEN_ORIGIN]: origin,
	};
}

function readAuthorizers(
	credentials: ICredentialDataDecryptedObject,
	origin: string,
): Array<[appId: string, token: Token]> {
	const text = credentials[AUTHORIZER_TOKENS];
	if (typeof text !== 'string' || text.length > LONGEST_TEXT) return [];
	try {
		const stored = JSON.parse(text) as { v?: unknown; origin?: unknown; tokens?: unknown };
		if (stored.v !== VERSION || stored.origin !== origin) return [];
		return (stored.tokens as unknown[]).flatMap(readEntry);
	} catch {
		return [];
	}
}

function readEntry(entry: unknown): Array<[appId: string, token: Token]> {
	if (!Array.isArray(entry)) return [];
	const [appId, value, madeAt, renewAt] = entry as unknown[];
	if (typeof appId !== 'string' || typeof value !== 'string') return [];
	const token = toToken(value, Number(madeAt), Number(renewAt));
	return token ? [[appId, token]] : [];
}

function toToken(value: string, madeAt: number, renewAt: number): Token | undefined {
	if (!Number.isFinite(madeAt) || !Number.isFinite(renewAt)) return undefined;
	return { value, madeAt, renewAt: Math.min(renewAt, Date.now() + LONGEST_LIFE) };
}

/** Of two tokens of a merchant the one that was made last stays, also one that says "none". */
function writeAuthorizers(
	known: Iterable<[string, Token]>,
	changed: Iterable<[string, Token]>,
	origin: string,
): string {
	const all = new Map(known);
	for (const [appId, token] of changed) {
		if (token.madeAt > (all.get(appId)?.madeAt ?? 0)) all.set(appId, token);
	}
	const now = Date.now();
	const tokens = [...all]
		.filter(([, { renewAt }]) => renewAt > now)
		.sort(([, a], [, b]) => b.renewAt - a.renewAt)
		.slice(0, CAPACITY)
		.map(([appId, { value, madeAt, renewAt }]) => [appId, value, madeAt, renewAt]);
	return JSON.stringify({ v: VERSION, origin, tokens });
}
