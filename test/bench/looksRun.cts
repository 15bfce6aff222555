/** The link trigger in n8n's engine without the rest of n8n, for `looks.cts`. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { tableOf } from '../engine/engine.cts';
import { LinkTrigger } from '../engine/linkTrigger.cts';
import { connectSandbox } from '../sandbox/index.cts';

/** The input, in JSON. */
export interface LooksRun {
	credential: ICredentialDataDecryptedObject;
	accounts: number;
	/** Number of polls in which no account is due. */
	quietPolls: number;
	/** An account, and one of its Mini Programs that is linked. */
	link: [account: string, miniProgram: string];
	/** Whether to run only the first poll and measure its heap. */
	isForHeap: boolean;
}

/** The cost of one poll or of several of a kind. */
export interface LooksCost {
	name: string;
	polls: number;
	calls: number;
	cpuMs: number;
	timeMs: number;
	/** Longest time for which nothing else could run. */
	blockedMs: number;
	/** Most heap in use after a garbage collection, minus the heap before; 0 if not measured. */
	heldBytes: number;
	/** Writes of the credential, and their bytes. */
	writes: number;
	writtenBytes: number;
	/** How often the static data was saved, and its final length. */
	saves: number;
	savedBytes: number;
	items: number;
}

const MINUTE = 60_000;
const QUIET_MINUTES = 30;
const COLLECT_EVERY_MS = 3000;
/** Waits until the monitor has noted the last block. */
const AFTER_MS = 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Advances the time in jumps; tokens live for two hours. */
let leaped = 0;
const now = Date.now.bind(Date);
Date.now = () => now() + leaped;

async function main(): Promise<void> {
	const { credential, accounts, quietPolls, link, isForHeap } = JSON.parse(
		process.argv[2],
	) as LooksRun;
	const controls = connectSandbox(String(credential.apiBaseUrl));
	const table = tableOf(credential);
	let written = 0;
	const { stored } = table;
	const store = stored.set.bind(stored);
	stored.set = (id, record) => {
		written += Object.values(record).reduce<number>((sum, one) => sum + String(one).length, 0);
		return store(id, record);
	};
	const trigger = new LinkTrigger(() => table);
	trigger.parameters = { ...trigger.parameters, options: { quietInterval: QUIET_MINUTES } };
	const measure = async (name: string, isOver: (polls: number) => boolean): Promise<void> => {
		const { calls } = await controls.stats();
		const { writes } = table;
		const { saves } = trigger;
		const writtenBefore = written;
		const heap = isForHeap ? new HeldHeap() : undefined;
		const delay = monitorEventLoopDelay({ resolution: 1 });
		delay.enable();
		const cpu = process.cpuUsage();
		const start = performance.now();
		let items = 0;
		let polls = 0;
		do {
			leaped += MINUTE;
			items += (await trigger.poll()).length;
			polls++;
		} while (!isOver(polls));
		const timeMs = performance.now() - start;
		const { user, system } = process.cpuUsage(cpu);
		await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
		delay.disable();
		const cost: LooksCost = {
			name,
			polls,
			calls: (await controls.stats()).calls - calls,
			cpuMs: (user + system) / 1000,
			timeMs,
			blockedMs: delay.max / 1e6,
			heldBytes: heap?.end() ?? 0,
			writes: table.writes - writes,
			writtenBytes: written - writtenBefore,
			saves: trigger.saves - saves,
			savedBytes: JSON.stringify(trigger.saved).length,
			items,
		};
		process.stdout.write(`${JSON.stringify(cost)}\n`);
	};
	await measure('first look', () => remembered(trigger) === accounts);
	if (isForHeap) return;
	await measure('none due', (polls) => polls === quietPolls);
	leaped += QUIET_MINUTES * MINUTE;
	await measure('all due, nothing new', () => true);
	await controls.setRelation(...link, 'none');
	leaped += QUIET_MINUTES * MINUTE;
	await measure('all due, one link removed', () => true);
	trigger.kill();
	await measure('after a restart, none due', () => true);
}

/** Collects garbage repeatedly, and returns the heap that stays in use. */
class HeldHeap {
	private readonly before = collected();

	private most = this.before;

	private readonly sampling = setInterval(() => {
		this.most = Math.max(this.most, collected());
	}, COLLECT_EVERY_MS);

	end(): number {
		clearInterval(this.sampling);
		return this.most - this.before;
	}
}

function collected(): number {
	collectGarbage();
	return process.memoryUsage().heapUsed;
}

/** Number of accounts in the static data. */
function remembered({ saved }: LinkTrigger): number {
	const { seen } = saved['node:Trigger'] as { seen?: { accounts: object } };
	return Object.keys(seen?.accounts ?? {}).length;
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
	process.exitCode = 1;
});
