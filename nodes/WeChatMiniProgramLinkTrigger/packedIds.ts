const APP_ID = /^wx[0-9a-f]{16}$/;
const ORIGINAL_ID = /^gh_[0-9a-f]{12}$/;

/** Marks an id that is kept as it is, since it has none of the usual forms. */
const AS_IT_IS = '=';

/**
 * Writes an appid or an original id with 11 or 8 characters, since n8n writes the whole memory of a
 * trigger whenever it starts a workflow.
 */
export function packId(id: string): string {
	const prefix = APP_ID.test(id) ? 'wx' : ORIGINAL_ID.test(id) ? 'gh_' : undefined;
	return prefix === undefined
		? AS_IT_IS + id
		: Buffer.from(id.slice(prefix.length), 'hex').toString('base64url');
}

/** Reads what packId wrote; `kind` tells which of the two it is. */
export function unpackId(packed: string, kind: 'appid' | 'username'): string {
	if (packed.startsWith(AS_IT_IS)) return packed.slice(AS_IT_IS.length);
	return (kind === 'appid' ? 'wx' : 'gh_') + Buffer.from(packed, 'base64url').toString('hex');
}
