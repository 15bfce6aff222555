const HEX_ID = /^(wx|gh_)((?:[0-9a-f]{2})+)$/;
const PREFIXES: Record<string, string> = { wx: '~', gh_: '!' };

/** Shortens an appid or original id that ends in hexadecimal digits; others stay, escaped. */
export function packId(id: string): string {
	const [, prefix, hex] = HEX_ID.exec(id) ?? [];
	return prefix === undefined
		? encodeURIComponent(id).replace(/[!~]/g, (c) => (c === '!' ? '%21' : '%7E'))
		: PREFIXES[prefix] + Buffer.from(hex, 'hex').toString('base64url');
}

/** @returns the id that was packed; anything for a text that no id gave */
export function unpackId(text: string): string {
	const prefix = Object.keys(PREFIXES).find((one) => PREFIXES[one] === text[0]);
	if (prefix !== undefined) {
		return prefix + Buffer.from(text.slice(1), 'base64url').toString('hex');
	}
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
