import type { IDataObject } from 'n8n-workflow';

import {
	callsOf,
	chooseSending,
	MerchantTable,
	setWorkflow,
	signingCredential,
	withCalled,
} from '../n8n/merchantSet.cts';
import type { Sending } from '../n8n/merchantSet.cts';
import type { Execution, RunOptions, Workflow } from '../n8n/n8n.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { Mailbox } from './mailbox.cts';
import { usePlatformWorld } from './platformWorld.cts';
import type { PlatformWorld } from './platformWorld.cts';
import { Robots } from './robots.cts';
import { NO_SANDBOX } from './welcomeWorld.cts';

const DAY_MS = 86_400_000;
const CALL_TIMEOUT_MS = 60_000;

/** A world with the shared Data Table of the workflows, and the receivers of their messages. */
export interface Merchants {
	readonly world: PlatformWorld;
	readonly table: MerchantTable;
	readonly robots: Robots;
	readonly mailbox: Mailbox;
	/** Sets how messages are sent from now on; at first with WeCom's robot. */
	send(sending: Sending): void;
	/** A workflow of the set with credentials, as an operator sets it up. */
	workflow(name: string): Workflow & { id: string };
	/** Imports a workflow of the set with the ones that it calls, and runs it once. */
	run(name: string, options?: RunOptions): Promise<Execution>;
	/** Imports workflows of the set with the ones that they call, and publishes them. */
	publish(...names: string[]): Promise<void>;
	/** Waits until this path of WeChat was called this many times. */
	untilCalled(path: string, times: number): Promise<void>;
}

/** Starts a world with a ticket and the table before the tests of a file, and ends it after them. */
export function useMerchants(): Merchants {
	const world = usePlatformWorld(NO_SANDBOX);
	let started:
		| { table: MerchantTable; robots: Robots; mailbox: Mailbox; signing: string; smtp: string }
		| undefined;
	let sending: Sending = {};
	const all = () => {
		if (!started) throw new Error('not started');
		return started;
	};
	beforeAll(async () => {
		await world.controls.pushTicket();
		const [robots, mailbox] = [await Robots.start(), await Mailbox.start()];
		sending = robots.sending('weCom');
		started = {
			table: await MerchantTable.create(world.running.rest),
			robots,
			mailbox,
			signing: await world.running.createCredential(signingCredential()),
			smtp: await world.running.createCredential(mailbox.credential()),
		};
	});
	afterAll(async () => {
		await started?.robots.close();
		await started?.mailbox.close();
	});
	const workflow = (name: string) => {
		const found = setWorkflow(name, world.credential, all().signing);
		if (name === 'send') chooseSending(found, sending, sending.email ? all().smtp : '');
		return found;
	};
	const published = new Set<string>();
	const publishOnce = async (name: string) => {
		if (published.has(name)) return;
		published.add(name);
		await world.running.activateWorkflow(workflow(name).id);
	};
	return {
		world,
		workflow,
		get table() {
			return all().table;
		},
		get robots() {
			return all().robots;
		},
		get mailbox() {
			return all().mailbox;
		},
		send(wanted) {
			sending = wanted;
		},
		async run(name, options) {
			for (const one of withCalled(name)) await world.running.saveWorkflow(workflow(one));
			// A run by hand uses the stored version of a called workflow, but the published version of what that calls.
			for (const one of withCalled(...callsOf(name).flatMap(callsOf))) await publishOnce(one);
			const execution = await world.running.runWorkflow(workflow(name).id, options);
			if (execution.error) throw new Error(`${name}: ${JSON.stringify(execution.error)}`);
			return execution;
		},
		async publish(...names) {
			for (const name of withCalled(...names)) {
				await world.running.saveWorkflow(workflow(name));
				published.delete(name);
				await publishOnce(name);
			}
		},
		async untilCalled(path, times) {
			const ask = async () =>
				(await world.controls.calls({ path })).length >= times ? true : null;
			await waitFor(ask, { what: `${times} calls of ${path}`, timeoutMs: CALL_TIMEOUT_MS });
		},
	};
}

/** The items of one output of a node; none if it did not run. */
export const itemsOf = ({ nodes }: Execution, node: string, output = 0): IDataObject[] =>
	(nodes[node]?.outputs[output] ?? []).map(({ json }) => json);

/** The moment this many days ago, as in rows. */
export const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
