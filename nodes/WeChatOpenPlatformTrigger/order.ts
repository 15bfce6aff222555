import { pause } from '../calls/waiting';

/** Milliseconds after which n8n has started what a webhook's function returns. */
export const STARTED_AFTER = 300;

/** The last item of each account that is on its way. */
const LEAVING = new Map<string, Promise<void>>();

/**
 * Does some work for an account at once, and gives what comes of it when n8n has started what was begun
 * before it for the same account.
 */
export async function inOrder<T>(account: string, work: () => Promise<T>): Promise<T> {
	const before = LEAVING.get(account);
	let leave: () => void = () => undefined;
	const leaving = new Promise<void>((resolve) => {
		leave = resolve;
	});
	LEAVING.set(account, leaving);
	try {
		const result = await work();
		await before;
		return result;
	} finally {
		void pause(STARTED_AFTER).then(() => {
			leave();
			if (LEAVING.get(account) === leaving) LEAVING.delete(account);
		});
	}
}
