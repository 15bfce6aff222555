import { Environment } from './environment.cts';
import { count, megabytes } from './figures.cts';
import { tokenOf } from './inside/items.cts';
import { measure } from './measure.cts';
import type { Cost } from './measure.cts';
import type { Figure, Findings, Goal } from './results.cts';
import type { Sizes } from './sizes.cts';
import { nodeVariant } from './variants.cts';

/** In megabytes, as for --max-old-space-size. */
const HEAPS = [256, 384, 512, 768, 1024, 1536, 2048];

const GOAL = { items: 20_000, megabytes: 512 };

/** Finds the smallest heap with which a new n8n can run this many items over HTTP. */
export async function findLeastHeaps({ heapItems }: Sizes): Promise<Findings> {
	const rows: Findings['tables'][number]['rows'] = [];
	const notes: string[] = [];
	const goals: Goal[] = [];
	const heaps = [...HEAPS];
	for (const items of heapItems) {
		let cost: Cost | undefined;
		// A heap that was too small for fewer items is too small for more.
		while (heaps.length > 0 && cost === undefined) {
			cost = await run(items, heaps[0]).catch((error: unknown) => {
				const reason = error instanceof Error ? error.message : String(error);
				notes.push(`${items} items, ${heaps[0]} MB: ${reason.split(/\n|\. It printed/)[0]}`);
				return undefined;
			});
			process.stdout.write(`${items} items, ${heaps[0]} MB: ${cost ? 'enough' : 'too little'}\n`);
			if (cost === undefined) heaps.shift();
		}
		const least: Figure = { value: heaps.at(0) ?? null, unit: 'MB' };
		const figures = {
			Items: count(items),
			'Least heap': least,
			'Peak memory': megabytes(cost?.peakBytes ?? null),
		};
		rows.push({ name: 'node', figures });
		if (items === GOAL.items) {
			goals.push({ what: `Least heap for ${items} items`, ...least, limit: GOAL.megabytes });
		}
	}
	return { tables: [{ title: 'Least heap of n8n', of: 'Variant', rows, notes }], goals };
}

/** @throws if n8n does not start, crashes or loses items */
async function run(items: number, heapMegabytes: number): Promise<Cost> {
	return await Environment.use(
		async (environment) => {
			const credential = await environment.credentialWith(tokenOf(0));
			const cost = await measure(environment, nodeVariant('link', credential), items);
			await environment.untilReady();
			return cost;
		},
		{ heapMegabytes },
	);
}
