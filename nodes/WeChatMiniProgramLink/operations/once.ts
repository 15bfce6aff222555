import type { Emission, ItemCall } from '../../shared/operation';
import type { Result } from '../../shared/results';

/**
 * Carries out a request once for a Mini Program that stands in the input several times: a second
 * call would only be answered with "already sent".
 */
export async function once(
	call: ItemCall,
	request: (call: ItemCall) => Promise<Result>,
): Promise<Emission[]> {
	const { results } = call.account;
	const id = (call.subject.miniProgramAppId ?? '').toLowerCase();
	const earlier = results.get(id);
	if (earlier) return emit({ ...(await earlier), attempts: 0 });
	const result = request(call);
	results.set(id, result);
	return emit(await result);
}

function emit(result: Result): Emission[] {
	return [{ json: result, category: result.category, outcome: result.outcome }];
}
