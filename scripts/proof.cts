/**
 * `npm run proof`: runs all that the claims of this package rest on, keeps what came out in
 * docs/proof.json and makes docs/proof.md of it. With `-- --only lint,test` it runs some and keeps the
 * others, with `-- --from-last` it takes what these commands have left before, and with `-- --render`
 * it only makes the page. `-- --check` sees whether page, data and repository are in step.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { PAGE_FILE, readData, SCRIPTS, writeData } from './proof/data.cts';
import type { Script } from './proof/data.cts';
import { readFacts } from './proof/facts.cts';
import { findGaps } from './proof/gaps.cts';
import { renderPage } from './proof/page.cts';

function readArguments() {
	const { values } = parseArgs({
		options: {
			only: { type: 'string' },
			'from-last': { type: 'boolean' },
			render: { type: 'boolean' },
			check: { type: 'boolean' },
		},
	});
	const names = values.only?.split(',') ?? SCRIPTS;
	const scripts = names.map((name) => {
		const script = SCRIPTS.find((one) => one === name);
		if (!script) throw new Error(`There is no "${name}", only ${SCRIPTS.join(', ')}`);
		return script;
	});
	return { ...values, scripts };
}

/** Each script's outcome is kept at once, and one that cannot be had keeps none of the others away. */
async function prove(scripts: Script[], fromLast: boolean): Promise<void> {
	// The check, which every lint runs, needs none of it.
	const { collect } = await import('./proof/collect.cts');
	for (const script of scripts) {
		try {
			const outcome = await collect(script, fromLast);
			await writeData({ ...readData(), [script]: outcome });
		} catch (error) {
			complain(error);
		}
		writePage();
	}
}

function writePage(): void {
	writeFileSync(PAGE_FILE, renderPage(readData()));
}

async function main(): Promise<void> {
	const { scripts, check, render, 'from-last': fromLast = false } = readArguments();
	if (render) writePage();
	else if (!check) await prove(scripts, fromLast);
	const page = existsSync(PAGE_FILE) ? readFileSync(PAGE_FILE, 'utf8') : '';
	const gaps = findGaps(readData(), page, readFacts());
	for (const gap of gaps) console.log(gap);
	if (gaps.length > 0) process.exitCode = 1;
}

function complain(error: unknown): void {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}

main().catch(complain);
