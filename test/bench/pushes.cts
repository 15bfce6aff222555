import { Environment } from './environment.cts';
import { takeCpu } from './pushCpu.cts';
import { takeCrowds } from './pushCrowds.cts';
import { takeStream } from './pushStream.cts';
import { PushWorld, whileCoresAreBusy } from './pushWorld.cts';
import type { Findings } from './results.cts';
import type { Sizes } from './sizes.cts';

/** Compares the cost of one push with a trigger that only answers. */
export async function measurePushes(sizes: Sizes): Promise<Findings> {
	return await inPushWorld(async (world) => await takeCpu(world, sizes));
}

/** Measures the results of pushes that come at once. */
export async function measureCrowds(sizes: Sizes): Promise<Findings> {
	return await inPushWorld(async (world) => {
		const idle = await takeCrowds(world, sizes, 'Cores otherwise idle');
		const busy = await whileCoresAreBusy(
			async () => await takeCrowds(world, sizes, 'One busy process for each core'),
		);
		return { tables: [...idle.tables, ...busy.tables], goals: [...idle.goals, ...busy.goals] };
	});
}

/** Measures the results of pushes that come evenly for minutes. */
export async function measureStream(sizes: Sizes): Promise<Findings> {
	return await inPushWorld(async (world) => await takeStream(world, sizes));
}

async function inPushWorld(work: (world: PushWorld) => Promise<Findings>): Promise<Findings> {
	return await Environment.use(
		async (environment) => await work(await PushWorld.create(environment)),
		{ writesFigures: false },
	);
}
