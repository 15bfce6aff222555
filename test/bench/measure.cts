import type { Environment } from './environment.cts';
import type { Figures } from './inside/figures.cts';
import type { Variant } from './variants.cts';
import { LINK } from './wechat.cts';

/** The cost of one run of a variant. */
export interface Cost {
	timeMs: number;
	cpuMs: number;
	/** Peak memory, and its growth during the run; null without /proc. */
	peakBytes: number | null;
	addedBytes: number | null;
}

/** Runs a variant once, and checks that it did all the work. */
export async function measure(
	environment: Environment,
	variant: Variant,
	count: number,
): Promise<Cost> {
	await environment.wechat.reset();
	const figures = await environment.run(variant, count);
	const { cpuMs, peakBytes, startBytes } = figures;
	checkItems(variant, figures, count);
	const { byPath, byErrcode } = await environment.wechat.controls.stats();
	checkThat(byPath[LINK] === count, `${variant.name}: ${byPath[LINK]} calls for ${count} items`);
	checkThat(byErrcode['0'] === count, `${variant.name}: WeChat accepted ${byErrcode['0']} calls`);
	const times = variant.nodes.map(({ name }) => figures.nodeMs[name]);
	return {
		timeMs: times.reduce((sum, time) => sum + time, 0),
		cpuMs,
		peakBytes,
		addedBytes: peakBytes === null || startBytes === null ? null : peakBytes - startBytes,
	};
}

/** Checks that every input item left through the first output with WeChat's answer. */
export function checkItems({ name }: Variant, figures: Figures, count: number): void {
	const { status, error, outputs, accepted, inputs } = figures;
	checkThat(status === 'success', `${name} ended with "${status}": ${error}`);
	const [first, ...others] = outputs;
	const isComplete = first === count && others.every((length) => length === 0);
	checkThat(isComplete, `${name}: ${count} items in, ${outputs.join(' + ')} out`);
	checkThat(accepted === count, `${name}: ${accepted} of ${count} items have errcode 0`);
	checkThat(inputs === count, `${name}: the items belong to ${inputs} of ${count} inputs`);
}

export function checkThat(isTrue: boolean, otherwise: string): void {
	if (!isTrue) throw new Error(otherwise);
}

/** The median of several runs for each figure. */
export function medianCost(costs: Cost[]): Cost {
	return {
		timeMs: median(costs.map(({ timeMs }) => timeMs)),
		cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
		peakBytes: medianOrNull(costs.map(({ peakBytes }) => peakBytes)),
		addedBytes: medianOrNull(costs.map(({ addedBytes }) => addedBytes)),
	};
}

function medianOrNull(values: Array<number | null>): number | null {
	const known = values.filter((value) => value !== null);
	return known.length > 0 ? median(known) : null;
}

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
