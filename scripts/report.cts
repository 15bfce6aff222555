/** What `npm start` prints; each report sets the exit code when something is missing. */
import type { Execution } from '../test/n8n/n8n.cts';
import { BRANCHES, onboardingGaps, onboardingResults } from '../test/n8n/onboarding.cts';
import type { MerchantStep } from '../test/n8n/platform.cts';
import { formatTable } from '../test/n8n/table.cts';

const WIDTH_WITHOUT_TERMINAL = 120;

export const print = (text: string) => process.stdout.write(`${text}\n`);

function printTable(header: string[], rows: string[][]): void {
	const width = process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL;
	print(`\n${formatTable(header, rows, width)}\n`);
}

function complain(gaps: string[]): void {
	for (const gap of gaps) process.stderr.write(`${gap}\n`);
	if (gaps.length > 0) process.exitCode = 1;
}

/** What merchants did, and what the trigger's workflow says to do next. */
export function reportSteps(steps: MerchantStep[]): void {
	const rows = steps.map(({ merchant, action, nextStep }) => [merchant, action, nextStep]);
	printTable(['Merchant', 'What happened', 'The trigger says'], rows);
	complain(
		steps
			.filter(({ nextStep, expected }) => nextStep !== expected)
			.map(({ merchant, action, expected }) => `${merchant} ${action}: not "${expected}"`),
	);
}

/** What became of every merchant, and the sum of it. */
export function reportMerchants(execution: Execution): void {
	if (execution.status !== 'success') {
		throw new Error(`The example ended with "${execution.status}": ${execution.error?.message}`);
	}
	const results = onboardingResults(execution);
	const rows = results.map(({ merchant, branch, outcome, hint }) => [
		merchant,
		branch,
		outcome,
		hint,
	]);
	printTable(['Merchant', 'Branch', 'Outcome', 'Hint'], rows);
	const counts = BRANCHES.map(
		(branch) => `${results.filter((result) => result.branch === branch).length} ${branch}`,
	);
	print(`${results.length} merchants: ${counts.join(', ')}`);
	complain(onboardingGaps(execution, results));
}
