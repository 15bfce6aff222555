import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';

import type { Push } from '../wechat/push';

/** Pushes remembered at the most. */
const CAPACITY = 200;

/** Hashes of pushes this process has taken; a repeated one may come before n8n has saved. */
const inThisProcess = new Set<string>();

/**
 * Whether a push was taken before: WeChat sends one again when the answer was late. Remembers it
 * in the workflow's static data, as a hash.
 */
export function isRepeated(push: Push, staticData: IDataObject): boolean {
	const hash = createHash('sha256').update(JSON.stringify(push.fields)).digest('base64url');
	const seen = Array.isArray(staticData.seen) ? (staticData.seen as string[]) : [];
	if (inThisProcess.has(hash) || seen.includes(hash)) return true;
	inThisProcess.add(hash);
	if (inThisProcess.size > CAPACITY) {
		const [oldest] = inThisProcess;
		inThisProcess.delete(oldest);
	}
	staticData.seen = [...seen, hash].slice(-CAPACITY);
	return false;
}
