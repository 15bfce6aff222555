import { sleep, type IExecuteFunctions } from 'n8n-workflow';

import { Places } from '../calls/waiting';
import type { Language } from '../wechat/text';
import { isFailure } from './emit';
import { Run } from './items';
import type { Emission, Operation } from './operation';
import { readOptions } from './parameters';

/** Items that are started before other work has its turn: many may wait without a place. */
const STARTED_AT_A_STRETCH = 100;

/** What a run gives. */
interface Carried {
	/** By item, in the order of the input; where the run stops, only the first failure. */
	emissions: Emission[][];
	/** The language of the first item. */
	language: Language;
}

/**
 * Carries out an operation for all input items, at most `maxConcurrency` at the same time; for the
 * first one alone where the operation runs once.
 *
 * @param stopsAtFailure whether no further item is started once one was not carried out
 */
export async function carryOut(
	context: IExecuteFunctions,
	operation: Operation,
	stopsAtFailure: boolean,
): Promise<Carried> {
	const options = readOptions(context);
	const places = new Places(options.maxConcurrency);
	let isStopped = false;
	const run = new Run(context, operation, options, places, () => isStopped);
	const emitUntilStopped = async (itemIndex: number): Promise<Emission[]> => {
		if (isStopped) return [];
		const emitted = await run.emit(itemIndex);
		// What ends later may have been stopped by the first one.
		if (isStopped) return emitted.filter((emission) => !isFailure(emission));
		isStopped = stopsAtFailure && emitted.some(isFailure);
		return emitted;
	};
	const emissions: Array<Promise<Emission[]>> = [];
	const itemCount = operation.runsOnce ? 1 : Infinity;
	for (const itemIndex of context.getInputData().slice(0, itemCount).keys()) {
		await places.take();
		emissions.push(emitUntilStopped(itemIndex).finally(() => places.give()));
		if (emissions.length % STARTED_AT_A_STRETCH === 0) await sleep(0);
	}
	const emitted = await Promise.all(emissions);
	await run.settle();
	return { emissions: emitted, language: run.language };
}
