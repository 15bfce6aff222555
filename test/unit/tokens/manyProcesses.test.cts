import fc from 'fast-check';
import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { missingCode, readCodes, toKeptCode } from '../../../nodes/tokens/keptCodes';
import { missingTicket, PlatformField, platformOf } from '../../../nodes/tokens/platformFields';
import { authorizerKey, originOf, PLATFORM_TOKENS } from '../../../nodes/tokens/tokenFields';
import { newProcess } from '../processes.cts';
import { chance, fakeTimeouts, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const CREDENTIALS: Data = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
};
const ORIGIN = originOf(CREDENTIALS);

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
	fakeTimeouts();
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

/** An event in one of the processes, at a time in milliseconds. */
interface Happening {
	at: number;
	process: number;
	what: 'push' | 'token' | 'end';
	/** Which push or merchant. */
	of: number;
}

const PLAN = fc.record({
	seed: fc.nat(),
	processes: fc.integer({ min: 2, max: 4 }),
	isOldN8n: fc.boolean(),
	happenings: fc.array(
		fc.record<Happening>({
			at: fc.nat({ max: 15 * SECOND }),
			process: fc.nat({ max: 3 }),
			what: fc.constantFrom('push', 'push', 'push', 'token', 'token', 'end'),
			of: fc.nat({ max: 9 }),
		}),
		{ minLength: 1, maxLength: 25 },
	),
});

const codeOf = (push: number) => toKeptCode('wxmerchant', `code ${push}`, 3600);

/** Milliseconds for which a process watches what it has stored. */
const WATCHED_FOR = 6 * SECOND;

/** Runs the processes of a plan on one table until a minute after its last event. */
async function live(
	{
		seed,
		processes: count,
		isOldN8n,
		happenings,
	}: typeof PLAN extends fc.Arbitrary<infer T> ? T : never,
	longest: { read: number; write: number },
) {
	jest.setSystemTime(NOW);
	const random = chance(seed);
	const delays = { read: () => random() * longest.read, write: () => random() * longest.write };
	const table = new Table(CREDENTIALS, delays, isOldN8n);
	/** The answered pushes with their time and process, and how often each one was new. */
	const answered: Array<{ push: number; at: number; process: number }> = [];
	const isNew = new Map<number, number>();
	const endedAt = new Map<number, number>();
	let tokens = 0;

	const processes = Array.from({ length: count }, (_, index) => {
		const modules = newProcess(index * MINUTE);
		const access = table.process(true);
		const known = { ...table.record };
		const shared = new modules.sharedCredential.SharedCredential(platformOf, known);
		shared.open(access);
		const fields = modules.tokenFields.PLATFORM_TOKENS;
		const { TOKENS } = modules.tokenCache;
		const kept = new modules.keptTokens.KeptTokens(known, fields, TOKENS, shared);
		const push = async (n: number) => {
			const inbox = new modules.inbox.Inbox(shared, 'node');
			const ticket = { ticket: `${n}`, pushedAt: n + 1, receivedAt: NOW, readWith: CREDENTIALS };
			const received = { eventId: `${n}`, item: { n }, codeId: codeOf(n).id };
			const alongWith = (now: Data) => {
				const code = missingCode(now, codeOf(n));
				const both = { ...code, ...missingTicket(now, ticket) };
				return Object.keys(both).length > 0 ? both : undefined;
			};
			const taken = await inbox.take(received, alongWith, AbortSignal.timeout(4 * SECOND));
			if (taken === 'unsaved' || access.hasEnded) return;
			answered.push({ push: n, at: Date.now(), process: index });
			if (taken === 'known') return;
			isNew.set(n, (isNew.get(n) ?? 0) + 1);
			await new Promise((resolve) => setTimeout(resolve, 300));
			if (!access.hasEnded) inbox.noteStarted(`${n}`);
		};
		const keyOf = (merchant: number) => authorizerKey(ORIGIN, `wx${merchant}`);
		const token = async (merchant: number) => {
			const make = async () => {
				await new Promise((resolve) => setTimeout(resolve, random() * 300));
				if (access.hasEnded) await new Promise(() => undefined);
				return { value: `token ${++tokens}`, renewAt: NOW + 60 * MINUTE };
			};
			const recipe = { key: keyOf(merchant), isExclusive: true, make };
			await new modules.renewal.RenewableToken(kept, recipe).get();
		};
		return { access, shared, push, token, tokenOf: (of: number) => TOKENS.get(keyOf(of)) };
	});

	for (const { at, process, what, of } of [...happenings].sort((a, b) => a.at - b.at)) {
		await jest.advanceTimersByTimeAsync(Math.max(0, NOW + at - Date.now()));
		const index = process % count;
		const { access, push, token } = processes[index];
		if (access.hasEnded) continue;
		if (what === 'push') void push(of);
		else if (what === 'token') void token(of);
		else if (index > 0) {
			access.hasEnded = true;
			endedAt.set(index, Date.now());
		}
	}
	await jest.advanceTimersByTimeAsync(MINUTE);
	const alive = processes.filter(({ access }) => !access.hasEnded);
	const looks = alive.map(async ({ shared }) => await shared.refresh());
	await jest.advanceTimersByTimeAsync(2 * SECOND);
	await Promise.all(looks);
	const isWatched = ({ at, process }: (typeof answered)[number]) =>
		(endedAt.get(process) ?? Infinity) - at > WATCHED_FOR;
	return { table, answered, isWatched, isNew, alive, endedAt };
}

const PUSHES = new PlatformField<Array<{ eventId: string }>>('receivedPushes');

function expectKept({ record }: Table, pushes: number[]): void {
	const appId = platformOf(record);
	const ids = (PUSHES.read(record, appId) ?? []).map(({ eventId }) => Number(eventId));
	expect(ids).toEqual(expect.arrayContaining(pushes));
	const codes = readCodes(record).map(({ id }) => id);
	expect(codes).toEqual(expect.arrayContaining(pushes.map((n) => codeOf(n).id)));
	const newest = Math.max(0, ...pushes.map((n) => n + 1));
	expect(Number(record.verifyTicketPushedAt ?? 0)).toBeGreaterThanOrEqual(newest);
}

function expectAgreement({ record }: Table, alive: Array<{ tokenOf(n: number): unknown }>): void {
	const stored = new Map(PLATFORM_TOKENS.read(record, ORIGIN));
	for (let merchant = 0; merchant < 10; merchant++) {
		const value = stored.get(authorizerKey(ORIGIN, `wx${merchant}`))?.value;
		expect(alive.map(({ tokenOf }) => tokenOf(merchant))).toEqual(alive.map(() => value));
	}
}

/** Always the same plans; another seed gives others. */
const RUNS = { numRuns: 60, seed: 1 };

describe('Processes that share a credential and may end at any moment', () => {
	it('Processes that may end at any moment lose no answered push and start each one once, if writes take at most 300 ms', async () => {
		await fc.assert(
			fc.asyncProperty(PLAN, async (plan) => {
				const { table, answered, isNew, alive } = await live(plan, { read: 80, write: 240 });
				expectKept(table, [...new Set(answered.map(({ push }) => push))]);
				expectAgreement(table, alive);
				for (const times of isNew.values()) expect(times).toBe(1);
			}),
			RUNS,
		);
	});

	it('Processes with a slow database lose no push that one of them has watched long enough, and agree on each token', async () => {
		await fc.assert(
			fc.asyncProperty(PLAN, async (plan) => {
				const { table, answered, isWatched, alive } = await live(plan, { read: 400, write: 400 });
				expectKept(table, [...new Set(answered.filter(isWatched).map(({ push }) => push))]);
				expectAgreement(table, alive);
			}),
			RUNS,
		);
	});
});
