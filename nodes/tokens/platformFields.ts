import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject as Data, IDataObject } from 'n8n-workflow';

import { trimBaseUrl } from '../calls/baseUrl';
import { givenText, shortHash } from '../wechat/values';
import { isNewer, type Token, type TokenFields } from './tokenCache';
import { isTokenService } from './tokenService';

/** Name of the credential type. */
export const PLATFORM_CREDENTIAL = 'weChatOpenPlatformApi';

/** Platforms that one credential keeps something for; expressions may give it several. */
const MOST_PLATFORMS = 5;

/** Characters; a longer text is none that was written here. */
const LONGEST_TEXT = 4_000_000;

/**
 * A hidden field of the credential that keeps something for each platform, as JSON. What is kept for a
 * platform was stored by anyone who could edit the credential: whoever reads it checks its form.
 */
export class PlatformField<T> {
	/** What was read last: the text is long, and mostly the same. */
	private text = '';
	private shelves: Array<[key: string, value: T]> = [];

	constructor(private readonly name: string) {}

	/** @param key the platform, or what else tells the shelves apart */
	read(credentials: Data, key: string): T | undefined {
		return this.all(credentials).find(([known]) => known === key)?.[1];
	}

	/**
	 * The fields to store; the least recently written platform makes room for a sixth one.
	 *
	 * @param value null to keep nothing for the platform any more
	 */
	write(credentials: Data, key: string, value: T | null): Data {
		const others = this.all(credentials).filter(([known]) => known !== key);
		const shelves =
			value === null ? others : [[key, value], ...others.slice(0, MOST_PLATFORMS - 1)];
		// It becomes a text when it is stored: several changes may come before that.
		return { [this.name]: shelves as unknown as IDataObject[] };
	}

	/** All shelves, that which was written last first. */
	all(credentials: Data): ReadonlyArray<[key: string, value: T]> {
		const stored = credentials[this.name];
		if (Array.isArray(stored)) return stored as unknown as Array<[string, T]>;
		if (typeof stored !== 'string' || stored.length > LONGEST_TEXT) return [];
		if (stored !== this.text) {
			this.shelves = parse<T>(stored);
			this.text = stored;
		}
		return this.shelves;
	}
}

function parse<T>(text: string): Array<[string, T]> {
	try {
		const stored = JSON.parse(text || '[]') as unknown;
		return Array.isArray(stored) ? stored.filter(isShelf<T>) : [];
	} catch {
		return [];
	}
}

function isShelf<T>(shelf: unknown): shelf is [string, T] {
	return Array.isArray(shelf) && typeof shelf[0] === 'string' && Boolean(shelf[1]);
}

/**
 * The platform that codes and pushes belong to, whatever its secret, and whichever host it is called at:
 * those may change while it goes on.
 */
export function platformOf(credentials: Data): string {
	return givenText(credentials.componentAppId);
}

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

/** Hidden fields of the credential: what the push was read with that brought the ticket, and its time. */
const READ_WITH = 'verifyTicketReadWith';
const PUSHED_AT = 'verifyTicketPushedAt';
const RECEIVED_AT = 'verifyTicketReceivedAt';

/** A ticket as a push has brought it, also one that comes again. */
interface ReceivedTicket {
	ticket: string;
	/** Unix time that the push tells, by WeChat's clock. */
	pushedAt: number;
	/** Milliseconds since 1970. */
	receivedAt: number;
	/** The keys that have read the push. */
	readWith: Data;
}

/** The fields that keep a ticket; undefined where this or a later one is kept. */
export function missingTicket(credentials: Data, received: ReceivedTicket): Data | undefined {
	const { ticket, pushedAt, receivedAt, readWith } = received;
	const pushed = Number(credentials[PUSHED_AT] ?? 0);
	const isKept = pushed === pushedAt && Number(credentials[RECEIVED_AT] ?? 0) >= receivedAt;
	if (pushed > pushedAt || isKept) return undefined;
	return {
		componentVerifyTicket: ticket,
		[RECEIVED_AT]: receivedAt,
		[PUSHED_AT]: pushedAt,
		[READ_WITH]: pushKeysOf(readWith),
	};
}

/** Whether the keys for pushes are still those that have read the last ticket. */
export function haveReadTicket(credentials: Data): boolean {
	return credentials[READ_WITH] === pushKeysOf(credentials);
}

/** A hash, since both are secrets. */
function pushKeysOf({ messageToken, encodingAesKey }: Data): string {
	return shortHash(JSON.stringify([messageToken, encodingAesKey].map(givenText)));
}
