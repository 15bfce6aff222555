import { setTimeout as wait } from 'node:timers/promises';
import type { AuthorizationResult } from '../sandbox/index.cts';
import { milliseconds } from './figures.cts';
import { checkThat, median } from './measure.cts';
import type { PushWorld } from './pushWorld.cts';
import type { Figure, Findings } from './results.cts';
import type { Sizes } from './sizes.cts';

/** How often the two receivers take turns. */
const TURNS = 2;

/** How long n8n is measured while idle. */
const IDLE_MS = 10_000;

const report = (what: string) => process.stdout.write(`${what}\n`);

/** Measures the CPU time of single pushes, in turn with the reference. */
export async function takeCpu(world: PushWorld, { singlePushes }: Sizes): Promise<Findings> {
	const times = singlePushes / TURNS;
	await world.untilQuiet();
	const idle = await world.cpuOf(async () => await wait(IDLE_MS));
	const idleShare = idle.cpuMs / idle.timeMs;
	const perPush = new Map<string, number[]>();
	const take = async (name: string, push: (n: number) => Promise<unknown>) => {
		const work = async () => {
			for (let n = 0; n < times; n++) await push(n);
		};
		const taken = await world.cpuOf(work);
		const cpuMs = (taken.cpuMs - idleShare * taken.timeMs) / times;
		perPush.set(name, [...(perPush.get(name) ?? []), cpuMs]);
		report(`${name}: ${cpuMs.toFixed(1)} ms`);
	};
	const checkTaken = ({ delivered, answers }: AuthorizationResult['push']) =>
		checkThat(delivered, `a push was not taken: ${JSON.stringify(answers)}`);
	for (let turn = 0; turn < TURNS; turn++) {
		const tickets: Array<AuthorizationResult['push']> = [];
		await take('ticket, trigger', async () => tickets.push(await world.pushTicket()));
		tickets.forEach(checkTaken);
		await take('ticket, reference', async (n) => await world.repeatTo(world.reference, tickets[n]));
		const accounts = await world.newMerchants(times);
		const results: AuthorizationResult[] = [];
		await take('authorized, trigger', async (n) =>
			results.push(await world.authorize(accounts[n])),
		);
		results.forEach(({ push }) => checkTaken(push));
		await take('authorized, reference', async (n) => {
			await world.repeatTo(world.startingReference, results[n].push);
		});
	}
	const cpuOfPush = (name: string) => median(perPush.get(name) ?? []);
	const rows = ['ticket', 'authorized'].map((name) => {
		const [trigger, reference] = [cpuOfPush(`${name}, trigger`), cpuOfPush(`${name}, reference`)];
		const above = trigger - reference;
		const figures: Record<string, Figure> = {
			Trigger: milliseconds(trigger),
			Reference: milliseconds(reference),
			Above: milliseconds(above),
		};
		return { name, figures, above };
	});
	return {
		tables: [
			{
				title: `CPU of a push, ${singlePushes} one after the other`,
				of: 'Push',
				rows,
				notes: [
					`n8n itself took ${(idleShare * 100).toFixed(1)} % of a core while nothing came; it is taken off.`,
				],
			},
		],
		goals: rows.map(({ name, above }) => ({
			what: `CPU of a push above the reference, ${name}`,
			...milliseconds(above),
			limit: 30,
		})),
	};
}
