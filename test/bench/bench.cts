/**
 * `npm run bench`: measures what the node costs, in a real n8n against a local WeChat. docs/bench.md
 * explains it. `-- --quick` runs fewer items and one round, `-- --only table,heap` some sections.
 *
 * It fails if items are lost or answers are wrong, never because something is slow.
 */
import { parseArgs } from 'node:util';
import { compareVariants } from './comparison.cts';
import { measureCosts } from './costs.cts';
import { findLeastHeaps } from './heap.cts';
import { countInstructions } from './instructions.cts';
import { measureLooks } from './looks.cts';
import { weighPackage } from './packageSection.cts';
import { measureCrowds, measurePushes, measureStream } from './pushes.cts';
import { goalTable, sectionText } from './report.cts';
import { runSection } from './results.cts';
import type { Findings, Goal } from './results.cts';
import { FULL, QUICK } from './sizes.cts';
import type { Sizes } from './sizes.cts';

const SECTIONS: Record<string, (sizes: Sizes) => Promise<Findings>> = {
	table: compareVariants,
	package: weighPackage,
	instructions: countInstructions,
	heap: findLeastHeaps,
	costs: measureCosts,
	looks: measureLooks,
	pushes: measurePushes,
	crowds: measureCrowds,
	stream: measureStream,
};

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { quick: { type: 'boolean' }, only: { type: 'string' } },
	});
	const names = values.only?.split(',') ?? Object.keys(SECTIONS);
	const unknown = names.find((name) => !(name in SECTIONS));
	if (unknown !== undefined) {
		throw new Error(`There is no section "${unknown}", only ${Object.keys(SECTIONS).join(', ')}`);
	}
	// Stops everything first, so that no temporary files are left.
	for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
	const sizes = values.quick ? QUICK : FULL;
	const goals: Goal[] = [];
	for (const name of names) {
		const section = await runSection(SECTIONS[name], sizes);
		goals.push(...section.goals);
		process.stdout.write(`\n## ${name}\n\n${sectionText(section)}\n`);
	}
	process.stdout.write(`\n${goalTable(goals)}\n`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
	process.exitCode = 1;
});
