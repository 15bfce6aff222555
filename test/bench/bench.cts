/**
 * `npm run bench`: what the node costs beside the same work done by hand, in one real n8n against a
 * local WeChat. docs/bench.md explains it; with `-- --quick` it has fewer items and one round.
 *
 * It fails when a variant loses items or gets wrong answers, never because something is slow.
 */
import { arch, cpus, loadavg, platform } from 'node:os';
import { Environment } from './environment.cts';
import { tokenOf } from './inside/items.cts';
import { checkItems, checkThat, measure, medianCost } from './measure.cts';
import type { Cost } from './measure.cts';
import { packageFigures, versions } from './packageFigures.cts';
import {
	costOf,
	goalTable,
	growthGoal,
	growthTable,
	packageGoals,
	speedGoals,
	variantTable,
} from './report.cts';
import type { Goal, Growth } from './report.cts';
import { axiosVariant, byHandVariant, floorVariant, nodeVariant } from './variants.cts';
import type { Variant } from './variants.cts';
import { LIST } from './wechat.cts';
import type { Protocol } from './wechat.cts';

const FULL = { items: 5000, rounds: 3, sizes: [1000, 20_000, 50_000] };
const QUICK = { items: 1000, rounds: 1, sizes: [2000] };
const WARM_UP_ITEMS = 1000;
const STATUS = { items: 1000, accounts: 20 };

const NAME = 'n8n-nodes-wechat-mini-program-link';
const BY_HAND = 'by hand';
const SHORT_RULES = 'by hand, short rules';
const GROWING = ['node', BY_HAND];

const print = (text: string) => process.stdout.write(`${text}\n`);
const inSeconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const load = () => loadavg()[0].toFixed(1);

async function main({ items, rounds, sizes }: typeof FULL): Promise<void> {
	const environment = await Environment.start();
	try {
		print(`${await versions()}, ${cpus().length} cores, ${platform()} ${arch()}, load ${load()}`);
		const overHttps = await variantsIn(environment, 'https');
		const overHttp = await variantsIn(environment, 'http');
		const costs = {
			HTTPS: await compare(environment, overHttps, items, rounds, 'HTTPS'),
			HTTP: await compare(environment, overHttp, items, rounds, 'HTTP'),
		};
		const growth = await grow(environment, overHttp, sizes);
		for (const name of GROWING) {
			growth.push({ name, count: items, cost: costOf(costs.HTTP, name) });
		}
		growth.sort((a, b) => a.name.localeCompare(b.name) || a.count - b.count);
		const listCalls = await countListCalls(environment);
		const figures = await packageFigures(environment.packageDirectory(NAME));

		print(`\n${items} items, median of ${rounds}`);
		for (const [protocol, of] of Object.entries(costs)) {
			print(`\n${protocol}:\n\n${variantTable(of, BY_HAND)}`);
		}
		print(
			`\nHow it grows with the number of items, over HTTP (one run of the other numbers)\n\n${growthTable(growth)}`,
		);
		const { files, bytes } = figures;
		print(`\nPackage: ${files} files, ${(bytes / 1000).toFixed(1)} kB\n`);
		const statusGoal: Goal = {
			what: `Calls for the status of ${STATUS.items} in ${STATUS.accounts} accounts`,
			value: listCalls,
			limit: STATUS.accounts,
			unit: '',
		};
		print(
			goalTable([
				...Object.entries(costs).flatMap(([protocol, of]) => speedGoals(of, protocol, SHORT_RULES)),
				growthGoal(growth, items),
				statusGoal,
				...packageGoals(figures),
			]),
		);
	} finally {
		await environment.stop();
	}
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

/** All variants in turn, again and again, after a shorter run of each that does not count. */
async function compare(
	environment: Environment,
	variants: Variant[],
	items: number,
	rounds: number,
	protocol: string,
): Promise<Map<string, Cost>> {
	const costs = new Map<string, Cost[]>(variants.map(({ name }) => [name, []]));
	for (const variant of variants) await measure(environment, variant, WARM_UP_ITEMS);
	for (let round = 1; round <= rounds; round++) {
		for (const variant of variants) {
			const cost = await measure(environment, variant, items);
			costs.get(variant.name)?.push(cost);
			const { timeMs, cpuMs } = cost;
			print(
				`${round}: ${protocol}, ${variant.name} ${inSeconds(timeMs)}, CPU ${inSeconds(cpuMs)} (load ${load()})`,
			);
		}
	}
	return new Map([...costs].map(([name, all]) => [name, medianCost(all)]));
}

/** The node and the work by hand with fewer and with more items. */
async function grow(
	environment: Environment,
	variants: Variant[],
	sizes: number[],
): Promise<Growth[]> {
	const growth: Growth[] = [];
	for (const variant of variants.filter(({ name }) => GROWING.includes(name))) {
		for (const count of sizes) {
			const cost = await measure(environment, variant, count).catch((error: unknown) => {
				if (variant.name === 'node') throw error;
				return error instanceof Error ? error.message : String(error);
			});
			growth.push({ name: variant.name, count, cost });
			print(`${variant.name}, ${count} items: done (load ${load()})`);
			// More items would fail as well.
			if (typeof cost === 'string') break;
		}
	}
	return growth;
}

/** Calls of WeChat for the status of many links, with a token of its own in each item. */
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

main(process.argv.includes('--quick') ? QUICK : FULL).catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
	process.exitCode = 1;
});
