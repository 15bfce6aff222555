import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { pushWorkflow, WEBHOOK_PATH } from '../e2e/platformWorkflows.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { fingerprintOf } from '../sandbox/index.cts';
import type { AuthorizationResult } from '../sandbox/index.cts';
import { CredentialWrites } from './credentialWrites.cts';
import { astray, EXCHANGE_PATH, printTable, REPETITIONS } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

/** Merchants whose tokens two workers make, and merchants that authorize meanwhile. */
const MERCHANTS = 500;
const PUSHES = 500;

/** How many pushes are sent at the same time, to two processes in turn. */
const IN_FLIGHT = 8;

/** How much longer than usual each write of the credential takes. */
const DELAYS_MS = REPETITIONS > 1 ? [0, 20, 200] : [20];

/** One call at a time, so that the runs make tokens as long as pushes come. */
const RUN_OPTIONS = { maxConcurrency: 1 };

/** Time between two tickets, each of which finishes pushes left behind. */
const TICKET_INTERVAL_MS = 2000;
const SETTLED_MS = 60_000;
/** How long the test looks for a ticket in the credential. */
const TICKET_KEPT_MS = 10_000;

const HEADER = [
	'ms a write',
	'Pushes answered',
	'codes lost',
	'kept',
	'pushes lost',
	'twice',
	'though refused',
	'Tickets answered',
	'lost',
	'Tokens of runs',
	'lost',
	'of codes',
	'lost',
	'Writes',
	'kB each',
];

/** Pushes that were answered with success. */
interface Answered {
	codes: AuthorizationResult[];
	accounts: string[];
	tickets: string[];
}

/** Two processes for webhooks and two workers write into one credential, all at the same time. */
export function testWriters(world: QueueWorld): void {
	const rows: string[][] = [];
	let writes: CredentialWrites;
	let trigger = '';

	beforeAll(async () => {
		writes = await CredentialWrites.watch(world.n8n.postgres);
		await world.controls.configure({ authorizerTokenGraceSeconds: 300 });
	});

	afterEach(async () => {
		await writes.slowDown(0);
		await world.n8n.running.deactivateWorkflow(trigger);
	});

	afterAll(() => printTable(HEADER, rows));

	const startTrigger = async ({ credential }: Platform) => {
		({ id: trigger } = await world.n8n.running.createWorkflow(pushWorkflow(credential)));
		await world.n8n.running.activateWorkflow(trigger);
	};

	/** Sends the pushes of this platform to two processes in turn. */
	const turnTo = async ({ appId }: Platform, number: number) => {
		const { url } = world.n8n.webhooks[number % world.n8n.webhooks.length];
		await world.controls.setEventUrl(`${url}/webhook/${WEBHOOK_PATH}`, appId);
	};

	const pushCodes = async (platform: Platform, accounts: readonly string[], answered: Answered) => {
		const left = [...accounts.entries()];
		const sender = async () => {
			for (let next = left.shift(); next; next = left.shift()) {
				const [number, account] = next;
				await turnTo(platform, number);
				const result = await world.controls.authorize({ account, permissionSets: [1, 33] });
				if (!result.push.delivered) continue;
				answered.codes.push(result);
				answered.accounts.push(account);
			}
		};
		await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
	};

	/** Waits until the credential contains a ticket; false if it never does. */
	const isKept = async (platform: Platform, ticket: string) => {
		const ask = async () => {
			const { componentVerifyTicket } = await world.stored(platform);
			return componentVerifyTicket === ticket || null;
		};
		const wanted = { what: 'the ticket', timeoutMs: TICKET_KEPT_MS, intervalMs: 1000 };
		return await waitFor(ask, wanted).catch(() => false);
	};

	/** Pushes tickets one after the other, and counts those that the credential lost. */
	const pushTickets = async (platform: Platform, answered: Answered, isOver: () => boolean) => {
		let lost = 0;
		for (let number = 0; !isOver(); number += 1) {
			await turnTo(platform, number);
			const { delivered } = await world.controls.pushTicket(undefined, platform.appId);
			if (!delivered) continue;
			const ticket = (await world.controls.lastTicket(platform.appId)) ?? '';
			answered.tickets.push(ticket);
			if (!(await isKept(platform, ticket))) lost += 1;
		}
		return lost;
	};

	/** How often the workflow was started for each account. */
	const startsOf = async () => {
		const data = await world.n8n.postgres.query(
			`select d.data from execution_data d join execution_entity e on e.id = d."executionId" where e."workflowId" = '${trigger}'`,
		);
		const starts = new Map<string, number>();
		for (const line of data.split('\n')) {
			for (const account of new Set(line.match(/wxe[0-9a-f]{15}/g))) {
				starts.set(account, (starts.get(account) ?? 0) + 1);
			}
		}
		return starts;
	};

	const unexchanged = async ({ codes }: Answered) => {
		const calls = await world.controls.calls({ path: EXCHANGE_PATH, errcode: 0 });
		const exchanged = JSON.stringify(calls.map(({ body }) => body));
		return codes
			.map(({ authorizationCode }) => authorizationCode)
			.filter((code) => !exchanged.includes(fingerprintOf(code)));
	};

	/** Pushes tickets until nothing is left to do or the time runs out. */
	const settle = async (platform: Platform, answered: Answered) => {
		const ask = async () => {
			await world.controls.pushTicket(undefined, platform.appId);
			const starts = await startsOf();
			if (!answered.accounts.every((account) => starts.has(account))) return null;
			return (await unexchanged(answered)).length === 0 || null;
		};
		const what = 'all pushes to be dealt with';
		const wanted = { what, timeoutMs: SETTLED_MS, intervalMs: TICKET_INTERVAL_MS };
		await waitFor(ask, wanted).catch(() => null);
	};

	/** The number of tokens that a new process makes, with nothing but the credential. */
	const madeAnew = async (platform: Platform) => {
		for (const worker of world.n8n.workers) await worker.stop();
		await world.n8n.workers[0].start();
		const before = await world.minted(platform);
		const { length } = platform.accounts;
		const run = await world.endOf(await world.startRun(platform, length));
		expect(astray(run, length)).toBe(0);
		await world.n8n.workers[1].start();
		return (await world.minted(platform)) - before;
	};

	const holds = (stored: ICredentialDataDecryptedObject, text: string) =>
		JSON.stringify(stored).includes(text);

	const cases = Array.from({ length: REPETITIONS }, () => DELAYS_MS).flat();

	it.each(cases)(
		'Processes that write into one credential at once lose nothing if a write takes %i ms longer',
		async (delay) => {
			const platform = await world.addPlatform(MERCHANTS);
			const merchants = await world.controls.addAccounts(PUSHES, {
				prefix: `e${platform.appId.slice(-4)}`,
				platform: platform.appId,
				status: 'none',
			});
			await startTrigger(platform);
			await writes.slowDown(delay);
			const answered: Answered = { codes: [], accounts: [], tickets: [] };
			let isOver = false;
			const runs = world.runOnBoth(platform, MERCHANTS, { options: RUN_OPTIONS });
			const tickets = pushTickets(platform, answered, () => isOver);
			await pushCodes(platform, merchants, answered);
			isOver = true;
			const ticketsLost = await tickets;
			await runs;
			await settle(platform, answered);

			const stored = await world.stored(platform);
			const starts = await startsOf();
			const left = await unexchanged(answered);
			const codesLost = left.filter((code) => !holds(stored, code));
			const notStarted = answered.accounts.filter((account) => !starts.has(account));
			const twice = [...starts.values()].filter((count) => count > 1).length;
			const { count, bytes } = await writes.of(platform.credential);
			await writes.slowDown(0);
			const ofCodes = { ...platform, accounts: answered.accounts };
			const tokens = await madeAnew(platform);
			const tokensOfCodes = await madeAnew(ofCodes);
			rows.push(
				[
					delay,
					`${answered.codes.length} of ${PUSHES}`,
					codesLost.length,
					left.length - codesLost.length,
					notStarted.length,
					twice,
					[...starts.keys()].filter((account) => !answered.accounts.includes(account)).length,
					answered.tickets.length,
					ticketsLost,
					MERCHANTS,
					tokens,
					answered.accounts.length,
					tokensOfCodes,
					count,
					Math.round(bytes / count / 1000),
				].map(String),
			);
			expect({ codesLost, notStarted, ticketsLost, tokens, tokensOfCodes }).toEqual({
				codesLost: [],
				notStarted: [],
				ticketsLost: 0,
				tokens: 0,
				tokensOfCodes: 0,
			});
		},
	);
}
