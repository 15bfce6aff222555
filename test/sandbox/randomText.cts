import { randomBytes } from 'node:crypto';

/** Random characters of A-Z a-z 0-9 - _, as WeChat's tokens and codes have them. */
export function randomText(length: number): string {
	return randomBytes(Math.ceil((length * 3) / 4))
		.toString('base64url')
		.slice(0, length);
}

/** Random letters and digits. */
export function randomAlphanumeric(length: number): string {
	let text = '';
	while (text.length < length) text += randomText(length + 8).replace(/[-_]/g, '');
	return text.slice(0, length);
}

/** Random decimal digits without a leading zero, the form of a push's nonce. */
export function randomDigits(length: number): string {
	const digits = Array.from(randomBytes(length), (byte) => byte % 10);
	return `${(digits[0] % 9) + 1}${digits.slice(1).join('')}`;
}
