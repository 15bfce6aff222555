import type { IDataObject } from 'n8n-workflow';

import { MerchantTable, setWorkflow } from '../n8n/merchantSet.cts';
import type { Execution, RunOptions } from '../n8n/n8n.cts';
import { usePlatformWorld } from './platformWorld.cts';
import type { PlatformWorld } from './platformWorld.cts';

const DAY_MS = 86_400_000;

/** A world with the Data Table that the workflows of the set share. */
export interface Merchants {
	readonly world: PlatformWorld;
	readonly table: MerchantTable;
	/** Imports a workflow of the set and runs it once. */
	run(name: string, options?: RunOptions): Promise<Execution>;
}

/** Starts a world with a ticket and the table before the tests of a file, and ends it after them. */
export function useMerchants(): Merchants {
	const world = usePlatformWorld();
	let table: MerchantTable | undefined;
	beforeAll(async () => {
		await world.controls.pushTicket();
		table = await MerchantTable.create(world.running.rest);
	});
	return {
		world,
		get table() {
			if (!table) throw new Error('not started');
			return table;
		},
		async run(name, options) {
			const workflow = setWorkflow(name, world.credential);
			await world.running.saveWorkflow(workflow);
			const execution = await world.running.runWorkflow(workflow.id, options);
			if (execution.error) throw new Error(`${name}: ${JSON.stringify(execution.error)}`);
			return execution;
		},
	};
}

/** What a node gave through an output; nothing where it did not run. */
export const itemsOf = ({ nodes }: Execution, node: string, output = 0): IDataObject[] =>
	(nodes[node]?.outputs[output] ?? []).map(({ json }) => json);

/** The moment so many days ago, as rows hold it. */
export const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
