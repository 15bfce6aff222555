import { randomBytes } from 'crypto';
import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import type { AccountKind } from '../wechat/accountKind';
import type { Obstacle } from '../wechat/obstacle';
import { shortHash } from '../wechat/values';
import { PlatformField, platformOf } from './platformFields';

/** Hidden field of the credential: authorization codes. */
const FIELD = new PlatformField<KeptCode[]>('authorizationCodes');

/** Maximum number of codes that are kept: first those not exchanged yet, then those that end last. */
const CAPACITY = 500;

/** Milliseconds that a code lives if the push names no end, and that its outcome is kept. */
const HOUR = 60 * 60_000;

/**
 * In seconds. A smaller number is a life, as WeChat's page says; a larger one is a Unix time, as developers
 * have seen.
 */
const YEAR = 365 * 24 * 3600;

/** The name of this process. */
export const ME = randomBytes(6).toString('base64url');

/** The code of a merchant's authorization, which has to be exchanged once and within the hour. */
export interface KeptCode {
	/** Hash of the code. */
	id: string;
	/** '' if it is not known: a browser that brings a code back names no account. */
	appId: string;
	/** '' once it no longer needs an exchange. */
	code: string;
	/** The process that got it first and exchanges it. */
	by?: string;
	/** Milliseconds since 1970: when it came, and when it ends. */
	keptAt: number;
	endsAt: number;
	/** What the merchant granted, once the code is exchanged. */
	permissionSets?: number[];
	accountKind?: AccountKind;
	/** Why it is lost. */
	errcode?: number | null;
}

/**
 * @param appId '' if it is not known
 * @param end as in the push: a Unix time in seconds, a number of seconds, or nothing
 */
export function toKeptCode(appId: string, code: string, end: unknown): KeptCode {
	const keptAt = Date.now();
	return {
		id: shortHash(code),
		appId,
		code,
		by: ME,
		keptAt,
		endsAt: endOf(Number(end) * 1000, keptAt),
	};
}

function endOf(given: number, keptAt: number): number {
	if (!(given > 0)) return keptAt + HOUR;
	return given < YEAR * 1000 ? keptAt + given : given;
}

/** A code that no longer needs an exchange; its outcome is kept for an hour. */
export function withoutCode(code: KeptCode, outcome: Partial<KeptCode>): KeptCode {
	return { ...code, ...outcome, code: '', endsAt: Math.max(code.endsAt, Date.now() + HOUR) };
}

/**
 * The codes that the credential keeps and that have not ended: first those not exchanged yet, and in each group
 * first those that end last.
 */
export function readCodes(credentials: Data): KeptCode[] {
	const codes: unknown = FIELD.read(credentials, platformOf(credentials));
	if (!Array.isArray(codes)) return [];
	return codes.filter(isCode).filter(({ endsAt }) => endsAt > Date.now());
}

/** The code as the credential keeps it. */
export function codeIn(credentials: Data, wanted: string | undefined): KeptCode | undefined {
	return readCodes(credentials).find(({ id }) => id === wanted);
}

/** Whether a code is kept and still needs an exchange. */
export function isCodeKept(credentials: Data, code: string): boolean {
	return Boolean(codeIn(credentials, shortHash(code))?.code);
}

function isCode(entry: unknown): entry is KeptCode {
	const { id, appId, code } = (entry ?? {}) as Partial<KeptCode>;
	return [id, appId, code].every((text) => typeof text === 'string');
}

/** The fields to store so that the credential keeps this code as well; undefined if nothing about it is new. */
export function missingCode(credentials: Data, code: KeptCode): Data | undefined {
	const kept = readCodes(credentials);
	const known = kept.find(({ id }) => id === code.id);
	if (known && !isNews(code, known)) return undefined;
	const news = known ? { ...code, appId: code.appId || known.appId, by: known.by } : code;
	const codes = [...kept.filter(({ id }) => id !== code.id), news]
		.sort((a, b) => Number(b.code !== '') - Number(a.code !== '') || b.endsAt - a.endsAt)
		.slice(0, CAPACITY);
	const isKept = codes.includes(news) && news.endsAt > Date.now();
	return isKept ? FIELD.write(credentials, platformOf(credentials), codes) : undefined;
}

/** Whether a code has an outcome or an account that the kept one lacks. */
function isNews(code: KeptCode, known: KeptCode): boolean {
	if (code.code !== '') return known.code !== '' && known.appId === '' && code.appId !== '';
	return known.code !== '' || (code.permissionSets !== undefined && !known.permissionSets);
}

/** WeChat's answers for a code that never existed, and for one that was used already or is too old. */
export const UNKNOWN_CODE = 61009;
const USED_CODE = 61010;

/** Whether WeChat's answer, or the obstacle made from it, says that a code cannot be exchanged. */
export function isLost({ errcode }: Pick<Obstacle, 'errcode'>): boolean {
	return errcode === UNKNOWN_CODE || errcode === USED_CODE;
}

/** Why a code can no longer be exchanged. */
export function lostCode(errcode: number | null | undefined): Obstacle {
	return {
		category: 'authorization',
		problem: 'The authorization code was used already or is too old',
		hint: {
			en: 'Send the merchant a new authorization link (operation Create Authorization URL). WeChat sends a new code only if the merchant changes which permission sets are ticked.',
			'zh-CN':
				'请向商家发送新的授权链接（操作 Create Authorization URL）。只有商家在过程中改动所勾选的权限集，微信才会给出新的授权码。',
		},
		whoActs: 'operator',
		errcode: errcode ?? USED_CODE,
	};
}
