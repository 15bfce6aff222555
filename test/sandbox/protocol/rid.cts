import type { TailStyle } from '../types.cts';

function hex32(value: number): string {
	return (value >>> 0).toString(16).padStart(8, '0');
}

function random32(): number {
	return Math.floor(Math.random() * 2 ** 32);
}

/**
 * A request id: three groups of 8 hex digits, the first is the Unix time in seconds (documented;
 * that the other two are random is assumed).
 *
 * @param now milliseconds since 1970
 */
export function newRid(now: number): string {
	return `${hex32(Math.floor(now / 1000))}-${hex32(random32())}-${hex32(random32())}`;
}

function newHint(): string {
	const letters = Array.from({ length: 6 }, () =>
		String.fromCharCode((random32() % 2 ? 65 : 97) + (random32() % 26)),
	);
	return letters.join('') + String(random32() % 100_000_000).padStart(8, '0');
}

/** The end of a failure's errmsg in one of the styles reported by developers. */
export function errmsgTail(style: TailStyle, now: number): string {
	switch (style) {
		case 'rid':
			return ` rid: ${newRid(now)}`;
		case 'ridNoSpace':
			return `rid:${newRid(now)}`;
		case 'commaRid':
			return `, rid: ${newRid(now)}`;
		case 'hint':
			return ` hint: [${newHint()}]`;
	}
}
