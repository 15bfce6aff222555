import { setTimeout as wait } from 'node:timers/promises';
import type { PushAnswer } from '../sandbox/index.cts';
import type { Environment } from './environment.cts';
import { megabytes } from './figures.cts';
import { answerFigures, outcomeFigures } from './pushFigures.cts';
import type { PushWorld } from './pushWorld.cts';
import type { Figure, Findings } from './results.cts';
import type { Sizes } from './sizes.cts';

/** Authorizations a second. */
const RATE = 4;

/** Has merchants authorize evenly for minutes, then sends the same requests to the reference. */
export async function takeStream(world: PushWorld, { streamSeconds }: Sizes): Promise<Findings> {
	const { environment } = world;
	const accounts = await world.newMerchants(RATE * streamSeconds);
	const own = await stream(
		environment,
		accounts,
		async (account) => await world.authorize(account),
	);
	await world.untilQuiet();
	await world.repeatUndelivered(own.results);
	const outcome = await world.outcomeOf(accounts, own.results);
	const other = await stream(
		environment,
		own.results,
		async ({ push }) => await world.repeatTo(world.startingReference, push),
	);
	await world.untilQuiet();
	const row = (name: string, answers: PushAnswer[], figures: Record<string, Figure>) => ({
		name,
		figures: { ...answerFigures(answers), ...figures },
	});
	return {
		tables: [
			{
				title: `${RATE} merchants a second authorize, for ${streamSeconds} s`,
				of: 'Stream',
				rows: [
					row('trigger', outcome.answers, own.figures),
					row(world.startingReference.name, other.results, other.figures),
				],
			},
			{
				title: 'What became of them',
				of: 'Stream',
				rows: [{ name: 'trigger', figures: outcomeFigures(outcome) }],
			},
		],
		goals: [],
	};
}

/** Sends requests evenly, without waiting for answers. */
async function stream<In, Out>(
	environment: Environment,
	all: In[],
	send: (one: In) => Promise<Out>,
): Promise<{ results: Out[]; figures: Record<string, Figure> }> {
	const sent: Array<Promise<Out>> = [];
	const start = performance.now();
	const cpuBefore = environment.cpuMs() ?? 0;
	const atStart = environment.residentBytes();
	let inTheMiddle: number | null = null;
	for (const [n, one] of all.entries()) {
		await wait(Math.max(0, start + (n * 1000) / RATE - performance.now()));
		if (n === all.length >> 1) inTheMiddle = environment.residentBytes();
		sent.push(send(one));
	}
	const results = await Promise.all(sent);
	const cpuMs = (environment.cpuMs() ?? 0) - cpuBefore;
	const share = (cpuMs / (performance.now() - start)) * 100;
	return {
		results,
		figures: {
			'Memory at the start': megabytes(atStart),
			'in the middle': megabytes(inTheMiddle),
			'at the end': megabytes(environment.residentBytes()),
			'CPU of a core': { value: share, unit: '%' },
		},
	};
}
