/** One run of a node in n8n's engine without the rest of n8n, for `instructions.cts`. */
import { runNode } from '../engine/engine.cts';
import type { RunOptions } from '../engine/engine.cts';
import { BenchFloor } from './inside/BenchFloor.node.cts';
import { merchants } from './inside/items.cts';

/** The input, in JSON. */
export interface CountedRun extends Pick<RunOptions, 'parameters' | 'credential'> {
	isFloor: boolean;
	count: number;
}

async function main(): Promise<void> {
	const { isFloor, count, ...options } = JSON.parse(process.argv[2]) as CountedRun;
	const { outputs, error } = await runNode({
		...options,
		nodeType: isFloor ? new BenchFloor() : undefined,
		items: merchants(count, 1),
	});
	if (error) throw error;
	const accepted = outputs[0].filter(({ json }) => json.errcode === 0).length;
	if (accepted !== count) throw new Error(`${accepted} of ${count} items hold errcode 0`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
