import { createHash } from 'crypto';

/** A name for something that must not be shown itself: 16 hexadecimal digits of its SHA-256. */
export function shortHash(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
