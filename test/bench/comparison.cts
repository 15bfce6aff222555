import { loadavg } from 'node:os';
import { Environment } from './environment.cts';
import { count, megabytes, milliseconds, ratio, seconds } from './figures.cts';
import { tokenOf } from './inside/items.cts';
import { checkItems, checkThat, measure, medianCost } from './measure.cts';
import type { Cost } from './measure.cts';
import type { Findings, Goal, Table } from './results.cts';
import type { Sizes } from './sizes.cts';
import { axiosVariant, byHandVariant, floorVariant, nodeVariant } from './variants.cts';
import type { Variant } from './variants.cts';
import { LIST } from './wechat.cts';
import type { Protocol } from './wechat.cts';

const WARM_UP_ITEMS = 1000;
const STATUS = { items: 1000, accounts: 20 };

const BY_HAND = 'by hand';
const SHORT_RULES = 'by hand, short rules';
const GROWING = ['node', BY_HAND];

type Costs = Map<string, Cost>;

const report = (what: string) =>
	process.stdout.write(`${what} (load ${loadavg()[0].toFixed(1)})\n`);

/** All variants over HTTPS and HTTP, and the growth of the node and of the manual way. */
export async function compareVariants(sizes: Sizes): Promise<Findings> {
	return await Environment.use(async (environment) => {
		const tables: Table[] = [];
		const goals: Goal[] = [];
		for (const protocol of ['https', 'http'] as const) {
			const costs = await compare(environment, protocol, sizes);
			tables.push(variantTable(protocol.toUpperCase(), costs));
			goals.push(...speedGoals(protocol.toUpperCase(), costs));
			if (protocol === 'https') continue;
			const growth = await grow(environment, costs, sizes);
			tables.push(growthTable(growth));
			goals.push(growthGoal(growth, sizes.items));
		}
		const calls = await countListCalls(environment);
		const what = `Calls for the status of ${STATUS.items} in ${STATUS.accounts} accounts`;
		return { tables, goals: [...goals, { what, ...count(calls), limit: STATUS.accounts }] };
	});
}

async function variantsIn(environment: Environment, protocol: Protocol): Promise<Variant[]> {
	const url = environment.wechat.urls[protocol];
	return [
		nodeVariant('link', await environment.credentialWith(tokenOf(0), protocol)),
		byHandVariant(BY_HAND, 'eachCode', url),
		byHandVariant(SHORT_RULES, 'listOfCodes', url),
		floorVariant(url),
		axiosVariant(url),
	];
}

/** Runs all variants in turn, several times, after a shorter warm-up run of each. */
async function compare(
	environment: Environment,
	protocol: Protocol,
	{ items, rounds }: Sizes,
): Promise<Costs> {
	const variants = await variantsIn(environment, protocol);
	const costs = new Map<string, Cost[]>(variants.map(({ name }) => [name, []]));
	for (const variant of variants) await measure(environment, variant, WARM_UP_ITEMS);
	for (let round = 1; round <= rounds; round++) {
		for (const variant of variants) {
			const cost = await measure(environment, variant, items);
			costs.get(variant.name)?.push(cost);
			report(`${round}: ${protocol}, ${variant.name}: CPU ${(cost.cpuMs / 1000).toFixed(2)} s`);
		}
	}
	return new Map([...costs].map(([name, all]) => [name, medianCost(all)]));
}

/** The cost of a variant for this many items, or why the run failed. */
interface Growth {
	name: string;
	items: number;
	cost: Cost | string;
}

/** The node and the manual way with fewer and with more items. */
async function grow(environment: Environment, costs: Costs, sizes: Sizes): Promise<Growth[]> {
	const growth: Growth[] = GROWING.map((name) => {
		return { name, items: sizes.items, cost: costOf(costs, name) };
	});
	const variants = await variantsIn(environment, 'http');
	for (const variant of variants.filter(({ name }) => GROWING.includes(name))) {
		for (const items of sizes.growth) {
			const cost = await measure(environment, variant, items).catch((error: unknown) => {
				if (variant.name === 'node') throw error;
				return error instanceof Error ? error.message : String(error);
			});
			growth.push({ name: variant.name, items, cost });
			report(`${variant.name}, ${items} items: done`);
			// More items would also fail.
			if (typeof cost === 'string') break;
		}
	}
	return growth.sort((a, b) => a.name.localeCompare(b.name) || a.items - b.items);
}

/** Calls of WeChat for the status of many links, with a token in each item. */
async function countListCalls(environment: Environment): Promise<number> {
	const { items, accounts } = STATUS;
	const { wechat } = environment;
	await wechat.reset(accounts);
	await wechat.linkAll(items, accounts);
	const variant = nodeVariant('getStatus', await environment.credentialWith('={{ $json.token }}'));
	checkItems(variant, await environment.run(variant, items, accounts), items);
	const calls = await wechat.controls.count();
	checkThat(calls === (await wechat.controls.count(LIST)), 'getStatus called something else');
	return calls;
}

function variantTable(title: string, costs: Costs): Table {
	const base = costOf(costs, BY_HAND);
	const rows = [...costs].map(([name, { timeMs, cpuMs, peakBytes, addedBytes }]) => ({
		name,
		figures: {
			CPU: seconds(cpuMs),
			Time: seconds(timeMs),
			'Peak memory': megabytes(peakBytes),
			Added: megabytes(addedBytes),
			[`CPU / ${BY_HAND}`]: ratio(cpuMs / base.cpuMs),
			[`Time / ${BY_HAND}`]: ratio(timeMs / base.timeMs),
		},
	}));
	return { title, of: 'Variant', rows };
}

function growthTable(growth: Growth[]): Table {
	const rows = growth.map(({ name, items, cost }) => {
		const known = typeof cost === 'string' ? undefined : cost;
		const figures = {
			Items: count(items),
			Time: seconds(known?.timeMs ?? null),
			'Time an item': milliseconds(known ? known.timeMs / items : null),
			'CPU an item': milliseconds(known ? known.cpuMs / items : null),
			'Peak memory': megabytes(known?.peakBytes ?? null),
			Added: megabytes(known?.addedBytes ?? null),
		};
		return { name, figures };
	});
	const notes = growth.flatMap(({ name, items, cost }) =>
		typeof cost === 'string' ? [`${name}, ${items} items did not end well: ${cost}`] : [],
	);
	const title = 'How it grows with the number of items, over HTTP (one run of the other numbers)';
	return { title, of: 'Variant', rows, notes };
}

/** Compares CPU time, which other work on the machine disturbs least. */
function speedGoals(protocol: string, costs: Costs): Goal[] {
	const goalOf = (name: string, limit: number): Goal => ({
		what: `CPU, node / ${name}, ${protocol}`,
		...ratio(costOf(costs, 'node').cpuMs / costOf(costs, name).cpuMs),
		limit,
	});
	return [goalOf(SHORT_RULES, 0.3), goalOf('floor', 1.15)];
}

/** Compares the cost of an item between the largest and a common number of items. */
function growthGoal(growth: Growth[], common: number): Goal {
	const ofNode = growth.filter(({ name }) => name === 'node');
	const most = Math.max(...ofNode.map(({ items }) => items));
	const cpuOfItem = (wanted: number) => {
		const cost = ofNode.find(({ items }) => items === wanted)?.cost;
		if (!cost || typeof cost === 'string') throw new Error(`${wanted} items were not measured`);
		return cost.cpuMs / wanted;
	};
	const what = `CPU an item, ${most} items / ${common} items`;
	return { what, ...ratio(cpuOfItem(most) / cpuOfItem(common)), limit: 1.1 };
}

function costOf(costs: Costs, name: string): Cost {
	const cost = costs.get(name);
	if (!cost) throw new Error(`"${name}" was not measured`);
	return cost;
}
