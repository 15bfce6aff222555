import { SUITES, TEST_SCRIPTS } from './data.cts';
import type { Findings, Mutation, ProofData, Script, TestRun, TestScript } from './data.cts';
import { FAULT_FILES } from './faults.cts';
import type { Facts } from './facts.cts';
import { renderPage } from './page.cts';

const again = (...scripts: Script[]): string => `run npm run proof -- --only ${scripts.join()}`;

/**
 * What keeps docs/proof.md and docs/proof.json from being in step with each other and the repository.
 * What was not run at all is no gap: the page says so.
 */
export function findGaps(data: ProofData, page: string, facts: Facts): string[] {
	return [
		...gapsInFindings('lint', data.lint, facts.lintSteps),
		...gapsInFindings('scan', data.scan, ['npm run scan']),
		...TEST_SCRIPTS.flatMap((script) => gapsInTests(script, data[script], facts)),
		...gapsInMutation(data.mutate, facts),
		...(page === renderPage(data)
			? []
			: ['docs/proof.md differs from docs/proof.json: run npm run proof -- --render.']),
	];
}

function gapsInFindings(
	script: 'lint' | 'scan',
	data: Findings | undefined,
	wanted: readonly string[],
): string[] {
	if (!data) return [];
	const found = data.steps.filter(({ findings }) => findings > 0);
	const isOther = data.steps.map(({ command }) => command).join() !== wanted.join();
	return [
		...found.map(({ command, findings }) => `"${command}" has found ${findings}.`),
		...(isOther ? [`docs/proof.json has other commands than ${script}: ${again(script)}.`] : []),
	];
}

function gapsInTests(script: TestScript, data: TestRun | undefined, facts: Facts): string[] {
	if (!data) return [];
	const isOwn = (file: string) => SUITES[script].some((suite) => file.startsWith(`test/${suite}/`));
	const wanted = facts.tests.filter(isOwn);
	const tested = Object.entries(data.files);
	const names = tested.map(([file]) => file);
	const faults = FAULT_FILES.filter(isOwn);
	return [
		...difference(wanted, names).map((file) => `${file} was not run: ${again(script)}.`),
		...difference(names, wanted).map((file) => `${file} is gone: ${again(script)}.`),
		...tested.flatMap(([file, { passed, failed }]) => {
			if (failed > 0) return [`${file} has failed ${failed} times.`];
			return passed === 0 ? [`${file} has passed 0 times.`] : [];
		}),
		...difference(
			faults,
			data.faults.map(({ file }) => file),
		).map((file) => `docs/proof.json has no fault of ${file}: ${again(script)}.`),
		...gapsInVersions(script, data, facts),
	];
}

function gapsInVersions(script: TestScript, { versions }: TestRun, facts: Facts): string[] {
	const releases = script === 'test:versions' ? facts.n8nVersions : [facts.newest];
	const isInStep =
		script === 'test'
			? Object.entries(facts.engine).every(([name, version]) => versions[name] === version)
			: Object.keys(versions).join() === releases.map((release) => `n8n ${release}`).join();
	return isInStep ? [] : [`${script} ran in other versions: ${again(script)}.`];
}

function gapsInMutation(data: Mutation | undefined, { sources, named }: Facts): string[] {
	if (!data) return [];
	const scored = [...Object.keys(data.files), ...data.untried];
	const isOtherNumber = data.named !== named;
	return [
		...difference(sources, scored).map((file) => `${file} has no score: ${again('mutate')}.`),
		...difference(scored, sources).map((file) => `${file} is gone: ${again('mutate')}.`),
		...(isOtherNumber
			? [`${named} mutants are named, docs/proof.json has ${data.named}: ${again('mutate')}.`]
			: []),
	];
}

const difference = (some: readonly string[], others: readonly string[]): string[] =>
	some.filter((one) => !others.includes(one));
