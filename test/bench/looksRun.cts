/** The link trigger in n8n's engine without the rest of n8n, for `looks.cts`. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { tableOf } from '../engine/engine.cts';
import { LinkTrigger } from '../engine/linkTrigger.cts';
import { connectSandbox } from '../sandbox/index.cts';

/** Handed over in JSON. */
export interface LooksRun {
	credential: ICredentialDataDecryptedObject;
	/** Polls in which no account is due. */
	quietPolls: number;
	/** An account, and one of its Mini Programs that is linked. */
	link: [account: string, miniProgram: string];
}

/** What one poll, or several of a kind, took. */
export interface LooksCost {
	name: string;
	calls: number;
	cpuMs: number;
	timeMs: number;
	/** Longest time for which nothing else could run. */
	blockedMs: number;
	/** Most heap in use, on top of what was in use before. */
	addedBytes: number;
	/** Writes of the credential, and what they wrote. */
	writes: number;
	writtenBytes: number;
	/** Times that the static data was saved, and its length afterwards. */
	saves: number;
	savedBytes: number;
	items: number;
}

const MINUTE = 60_000;
const QUIET_MINUTES = 30;
const SAMPLE_MS = 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Time goes on by leaps; tokens live for two hours. */
let leaped = 0;
const now = Date.now.bind(Date);
Date.now = () => now() + leaped;

async function main(): Promise<void> {
	const { credential, quietPolls, link } = JSON.parse(process.argv[2]) as LooksRun;
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
	const measure = async (name: string, polls: number): Promise<void> => {
		const { calls } = await controls.stats();
		const { writes } = table;
		const { saves } = trigger;
		const writtenBefore = written;
		collectGarbage();
		const { heapUsed } = process.memoryUsage();
		let most = heapUsed;
		const sampling = setInterval(() => {
			most = Math.max(most, process.memoryUsage().heapUsed);
		}, SAMPLE_MS);
		const delay = monitorEventLoopDelay({ resolution: 1 });
		delay.enable();
		const cpu = process.cpuUsage();
		const start = performance.now();
		let items = 0;
		for (let n = 0; n < polls; n++) {
			leaped += MINUTE;
			items += (await trigger.poll()).length;
		}
		const timeMs = performance.now() - start;
		const { user, system } = process.cpuUsage(cpu);
		// The last block is noted by the next tick of the monitor.
		await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
		delay.disable();
		clearInterval(sampling);
		const cost: LooksCost = {
			name,
			calls: (await controls.stats()).calls - calls,
			cpuMs: (user + system) / 1000,
			timeMs,
			blockedMs: delay.max / 1e6,
			addedBytes: most - heapUsed,
			writes: table.writes - writes,
			writtenBytes: written - writtenBefore,
			saves: trigger.saves - saves,
			savedBytes: JSON.stringify(trigger.saved).length,
			items,
		};
		process.stdout.write(`${JSON.stringify(cost)}\n`);
	};
	await measure('first look', 1);
	await measure(`${quietPolls} polls, none due`, quietPolls);
	leaped += QUIET_MINUTES * MINUTE;
	await measure('all due, nothing new', 1);
	await controls.setRelation(...link, 'none');
	leaped += QUIET_MINUTES * MINUTE;
	await measure('all due, one removed', 1);
	trigger.kill();
	await measure('after a restart, none due', 1);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
	process.exitCode = 1;
});
