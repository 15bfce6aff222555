import type { Account } from '../../../accounts/account';
import { emitResult } from '../../emit';
import type { AccountCall, Emission } from '../../operation';
import type { Result } from '../../results';

/** By account, which lives as long as its run: the results by Mini Program. */
const RESULTS = new WeakMap<Account, Map<string, Promise<Result>>>();

/**
 * Carries out a request once for a Mini Program that stands in the input several times: a second
 * call would only be answered with "already sent".
 */
export async function once(
	call: AccountCall,
	request: (call: AccountCall) => Promise<Result>,
): Promise<Emission[]> {
	const results = RESULTS.get(call.account) ?? new Map<string, Promise<Result>>();
	RESULTS.set(call.account, results);
	const id = (call.subject.miniProgramAppId ?? '').toLowerCase();
	const earlier = results.get(id);
	if (earlier) return emitResult({ ...(await earlier), attempts: 0 });
	const result = request(call);
	results.set(id, result);
	return emitResult(await result);
}
