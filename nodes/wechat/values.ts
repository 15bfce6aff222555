import { createHash } from 'crypto';

const WHOLE_NUMBER = /^-?\d+$/;
/** The first second after the year 9999, from which ISO 8601 requires another form of a date. */
const TOO_LATE = 253_402_300_800;

/**
 * Reads a number from an answer. WeChat documents numbers, but some answers contained them as texts.
 *
 * @returns undefined for anything that is not a whole number: Number() alone would turn "", null,
 *   false and [] into 0, which means success as an errcode
 */
export function wholeNumberOf(value: unknown): number | undefined {
	const isNumber =
		typeof value === 'number' || (typeof value === 'string' && WHOLE_NUMBER.test(value));
	return isNumber && Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}

/**
 * Reads a point in time from an answer or a push, in seconds since 1970.
 *
 * @returns ISO 8601 in UTC, or null if the value is not such a time
 */
export function timeOf(value: unknown): string | null {
	const seconds = wholeNumberOf(value);
	if (seconds === undefined || seconds <= 0 || seconds >= TOO_LATE) return null;
	return new Date(seconds * 1000).toISOString();
}

/** Longer than the life of anything that WeChat issues. */
const LONGEST_LIFE = 366 * 24 * 3600;

/**
 * Reads expires_in from an answer. WeChat sends whole seconds; a token service may send fractions of one.
 *
 * @param otherwise seconds, used if the answer contains no positive number or one that is too large
 * @returns seconds
 */
export function lifeOf(value: unknown, otherwise: number): number {
	const seconds = typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;
	return seconds > 0 && seconds <= LONGEST_LIFE ? seconds : otherwise;
}

/** What a person has entered, as a text without surrounding white space; '' for nothing. */
export function givenText(value: unknown): string {
	return textFor(value).trim();
}

/** A text for any value: an object in an item may have a toString that is no function. */
export function textFor(value: unknown): string {
	const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
	return String(text ?? '');
}

/** A text without surrounding white space; '' for anything else. */
export function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/** The first characters of a text, none of them cut in half. */
export function cut(text: string, most: number): string {
	return Array.from(text.slice(0, 2 * most))
		.slice(0, most)
		.join('');
}

const YES: readonly unknown[] = ['true', 'yes', 'on', '1', '是'];
const NO: readonly unknown[] = ['false', 'no', 'off', '0', '否'];

/**
 * Reads a switch from a person, a table or an expression: a boolean, or a usual word for one in any case,
 * with surrounding white space or in full-width characters.
 *
 * @returns undefined for anything else, which must not count as a no
 */
export function switchOf(value: unknown): boolean | undefined {
	const isWord = ['boolean', 'number', 'string'].includes(typeof value);
	const word = isWord ? String(value).normalize('NFKC').trim().toLowerCase() : undefined;
	return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
}

/** Whether something is an object of JSON, and neither a list nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of an object of JSON; none for anything else. */
export function objectOf(value: unknown): Record<string, unknown> {
	return isRecord(value) ? value : {};
}

/** Drops the oldest entry if the map or set is too large. */
export function dropOldest(all: Map<string, unknown> | Set<string>, most: number): void {
	const [oldest] = all.keys();
	if (all.size > most) all.delete(oldest);
}

/** A name for a text that must not be shown: 16 hexadecimal digits of its SHA-256. */
export function shortHash(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
