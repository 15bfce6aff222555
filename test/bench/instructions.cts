import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { ensureN8n } from '../n8n/install.cts';
import { cacheDirectory, projectDirectory } from '../n8n/paths.cts';
import { run } from '../n8n/process.cts';
import type { CountedRun } from './countedRun.cts';
import { ratio } from './figures.cts';
import { tokenOf } from './inside/items.cts';
import { checkThat, median } from './measure.cts';
import type { Findings } from './results.cts';
import type { Sizes } from './sizes.cts';
import { floorVariant, nodeVariant } from './variants.cts';
import { LINK, LocalWeChat } from './wechat.cts';

const directory = join(cacheDirectory, 'bench');
const script = join(directory, 'countedRun.cjs');

const VALGRIND = [
	'--tool=cachegrind',
	'--cache-sim=no',
	'--cachegrind-out-file=/dev/null',
	// V8 writes code at run time.
	'--smc-check=all-non-file',
];

/** Options that make V8 do the same work in the same order each time, as far as possible. */
const REPEATABLE = [
	'--single-threaded',
	'--predictable-gc-schedule',
	'--hash-seed=1',
	'--random-seed=1',
];

/** A long timeout, because Valgrind makes a run about fifty times slower. */
const TIMEOUT_MS = 300_000;

const NAMES = ['node', 'floor'] as const;
type Name = (typeof NAMES)[number];

/** Counts the instructions that one more item costs, over HTTP. */
export async function countInstructions({ counted, repetitions }: Sizes): Promise<Findings> {
	const isThere = await run('valgrind', ['--version'], { cwd: projectDirectory }).then(
		() => true,
		() => false,
	);
	const perItem = isThere ? await countAll(counted, repetitions) : null;
	const rows = NAMES.map((name) => {
		const values = perItem?.[name];
		const middle = values ? median(values) / 1e6 : null;
		const spread = values && values.length > 1 ? spreadOf(values) * 100 : null;
		return {
			name,
			figures: {
				Instructions: { value: middle, unit: 'million' as const },
				Spread: { value: spread, unit: '%' as const },
			},
		};
	});
	const share = perItem && median(perItem.node) / median(perItem.floor);
	return {
		tables: [{ title: 'Instructions an item', of: 'Variant', rows }],
		goals: [{ what: 'Instructions, node / floor, HTTP', ...ratio(share), limit: 1.15 }],
	};
}

async function countAll(
	[few, many]: Sizes['counted'],
	repetitions: number,
): Promise<Record<Name, number[]>> {
	const perItem: Record<Name, number[]> = { node: [], floor: [] };
	buildSync({
		entryPoints: [join(__dirname, 'countedRun.cts')],
		outfile: script,
		bundle: true,
		packages: 'external',
		platform: 'node',
	});
	const wechat = await LocalWeChat.start(directory);
	try {
		for (let repetition = 1; repetition <= repetitions; repetition++) {
			for (const name of NAMES) {
				const start = await countRun(wechat, name, few);
				const value = ((await countRun(wechat, name, many)) - start) / (many - few);
				perItem[name].push(value);
				process.stdout.write(
					`${repetition}: ${name}: ${(value / 1e6).toFixed(2)} million an item\n`,
				);
			}
		}
	} finally {
		await wechat.stop();
	}
	return perItem;
}

/** Counts the instructions of a process that runs this many items. */
async function countRun(wechat: LocalWeChat, name: Name, count: number): Promise<number> {
	await wechat.reset();
	const { node } = await ensureN8n();
	const args = [
		...VALGRIND,
		node,
		...REPEATABLE,
		script,
		JSON.stringify(runOf(wechat, name, count)),
	];
	const { stderr } = await run('valgrind', args, { cwd: projectDirectory });
	const { byPath } = await wechat.controls.stats();
	checkThat(byPath[LINK] === count, `${name}: ${byPath[LINK]} calls for ${count} items`);
	const refs = /I\s+refs:\s+([\d,]+)/.exec(stderr)?.[1];
	if (refs === undefined) throw new Error(`Valgrind counted nothing:\n${stderr}`);
	return Number(refs.replaceAll(',', ''));
}

function runOf({ urls }: LocalWeChat, name: Name, count: number): CountedRun {
	if (name === 'floor') {
		return { isFloor: true, count, parameters: floorVariant(urls.http).nodes[0].parameters };
	}
	const { parameters } = nodeVariant('link', '').nodes[0];
	return {
		isFloor: false,
		count,
		parameters: {
			...parameters,
			options: { ...(parameters.options as object), timeout: TIMEOUT_MS },
		},
		credential: { tokenSource: 'accessToken', accessToken: tokenOf(0), apiBaseUrl: urls.http },
	};
}

function spreadOf(values: number[]): number {
	return (Math.max(...values) - Math.min(...values)) / median(values);
}
