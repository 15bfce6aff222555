import { isAppId } from '../platform/accounts.cts';

/** Returns the value as T, or throws an Error that names the argument as `name`. */
export type Check<T> = (value: unknown, name: string) => T;

function refuse(name: string, expected: string, value: unknown): never {
	const shown = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
	throw new Error(`${name}: expected ${expected}, got ${shown}`);
}

export const text: Check<string> = (value, name) =>
	typeof value === 'string' ? value : refuse(name, 'a text', value);

export const appId: Check<string> = (value, name) =>
	typeof value === 'string' && isAppId(value)
		? value
		: refuse(name, 'wx and 16 lower-case hex digits', value);

export const flag: Check<boolean> = (value, name) =>
	typeof value === 'boolean' ? value : refuse(name, 'true or false', value);

export const integer: Check<number> = (value, name) =>
	typeof value === 'number' && Number.isInteger(value) ? value : refuse(name, 'an integer', value);

/** A finite number, 0 or more. */
export const amount: Check<number> = (value, name) =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0
		? value
		: refuse(name, 'a number, 0 or more', value);

/** An integer, 1 or more. */
export const positive: Check<number> = (value, name) =>
	integer(value, name) >= 1 ? integer(value, name) : refuse(name, 'an integer, 1 or more', value);

/** An integer from the first number to the second. */
export function within(least: number, most: number): Check<number> {
	return (value, name) => {
		const number = integer(value, name);
		return number >= least && number <= most
			? number
			: refuse(name, `an integer from ${least} to ${most}`, value);
	};
}

/** 1 to `length` lower-case hex digits. */
export function hex(length: number): Check<string> {
	const form = new RegExp(`^[0-9a-f]{1,${length}}$`);
	return (value, name) =>
		typeof value === 'string' && form.test(value)
			? value
			: refuse(name, `1 to ${length} lower-case hex digits`, value);
}

/** The address of an HTTP server. */
export const url: Check<string> = (value, name) =>
	typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
		? value
		: refuse(name, 'an http or https URL', value);

export const textOrNumber: Check<string | number> = (value, name) =>
	typeof value === 'string' || typeof value === 'number'
		? value
		: refuse(name, 'a text or a number', value);

/** Final statuses of an HTTP response. */
export const httpStatus: Check<number> = (value, name) => {
	const status = integer(value, name);
	return status >= 200 && status <= 599 ? status : refuse(name, 'a status from 200 to 599', value);
};

export function oneOf<T extends string>(...values: readonly T[]): Check<T> {
	return (value, name) =>
		values.find((known) => known === value) ?? refuse(name, `one of ${values.join(', ')}`, value);
}

export function either<A, B>(first: Check<A>, second: Check<B>, expected: string): Check<A | B> {
	return (value, name) => {
		for (const check of [first, second]) {
			try {
				return check(value, name);
			} catch {
				continue;
			}
		}
		return refuse(name, expected, value);
	};
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
	return (value, name) => (value === undefined ? undefined : check(value, name));
}

export function nullable<T>(check: Check<T>): Check<T | null> {
	return (value, name) => (value === null ? null : check(value, name));
}

export function listOf<T>(check: Check<T>): Check<T[]> {
	return (value, name) =>
		Array.isArray(value)
			? value.map((entry: unknown, index) => check(entry, `${name}[${index}]`))
			: refuse(name, 'an array', value);
}

/** An object whose keys are valid names of XML elements. */
export function recordOf<T>(check: Check<T>): Check<Record<string, T>> {
	return (value, name) => {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) {
			return refuse(name, 'an object', value);
		}
		const entries: Array<[string, unknown]> = Object.entries(value);
		const bad = entries.find(([key]) => !/^[A-Za-z_][\w.-]*$/.test(key));
		if (bad) return refuse(name, 'names of XML elements as keys', bad[0]);
		return Object.fromEntries(entries.map(([key, entry]) => [key, check(entry, `${name}.${key}`)]));
	};
}

/** A check for each field of an object. */
export type Fields<T> = { readonly [Key in keyof T]-?: Check<T[Key]> };

/** An object with these fields and no others; fields that are not given are left out. */
export function shape<T extends object>(fields: Fields<T>): Check<T> {
	const checks: ReadonlyArray<[string, Check<unknown>]> = Object.entries(fields);
	const known = new Set(checks.map(([key]) => key));
	return (value, name) => {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) {
			return refuse(name, 'an object', value);
		}
		const given = new Map<string, unknown>(Object.entries(value));
		for (const key of given.keys()) {
			if (!known.has(key)) throw new Error(`${name}: unknown field ${key}`);
		}
		const result: Record<string, unknown> = {};
		for (const [key, check] of checks) {
			const checked = check(given.get(key), `${name}.${key}`);
			if (checked !== undefined) result[key] = checked;
		}
		return result as T;
	};
}
