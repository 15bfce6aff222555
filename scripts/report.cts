/** What `npm start` prints; each report sets the exit code when something is missing. */
import type { Execution } from '../test/n8n/n8n.cts';
import { BRANCHES, onboardingGaps, onboardingResults } from '../test/n8n/onboarding.cts';
import type { Stop } from '../test/n8n/roads.cts';
import type { Told } from '../test/n8n/story.cts';
import { STORY } from '../test/n8n/storyMerchants.cts';
import { displayWidth, formatLines, GAP } from '../test/n8n/table.cts';

const WIDTH_WITHOUT_TERMINAL = 100;

export const print = (text: string) => process.stdout.write(`${text}\n`);

const terminalWidth = () => process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL;

function printLines(rows: string[][]): void {
	print(`${formatLines(rows, terminalWidth())}\n`);
}

function complain(gaps: string[]): void {
	for (const gap of gaps) process.stderr.write(`${gap}\n`);
	if (gaps.length > 0) process.exitCode = 1;
}

/** What became of the merchants of the example with one account: the sum, then a line for each. */
export function reportMerchants(execution: Execution): void {
	if (execution.status !== 'success') {
		throw new Error(`The example ended with "${execution.status}": ${execution.error?.message}`);
	}
	const results = onboardingResults(execution);
	const counts = BRANCHES.map(
		(branch) => `${results.filter((result) => result.branch === branch).length} ${branch}`,
	);
	print(`\nOne account invites ${results.length} Mini Programs: ${counts.join(', ')}\n`);
	const rows = results.map(({ merchant, branch, outcome, hint }) => [
		merchant,
		branch,
		outcome,
		hint,
	]);
	printLines([['Merchant', 'Branch', 'Outcome', 'Hint'], ...rows]);
	complain(onboardingGaps(execution, results));
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** With the time at each stop, or only where it is another one when the line is short. */
function roadOf(stops: readonly Stop[], width: number): string {
	if (stops.length === 0) return 'has not opened its page';
	const times = stops.map(({ at }) => clock.format(at));
	const whole = stops.map(({ station }, index) => `${times[index]} ${station}`);
	const shorter = stops.map(({ station }, index) =>
		times[index] === times[index - 1] ? station : whole[index],
	);
	const road = whole.join(' › ');
	return displayWidth(road) <= width ? road : shorter.join(' › ');
}

/** Where the merchants of the story are: how many at each station, then each one's road. */
export function reportStory({ roads, gaps }: Told): void {
	const counts = new Map<string, number>();
	for (const { merchant } of STORY) {
		const end = roads.endOf(merchant);
		counts.set(end, (counts.get(end) ?? 0) + 1);
	}
	const sums = [...counts].sort(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}`);
	print(`\n${STORY.length} merchants with accounts of their own: ${sums.join(', ')}\n`);
	const names = Math.max(...STORY.map(({ merchant }) => displayWidth(merchant)));
	const left = terminalWidth() - names - GAP.length;
	printLines(STORY.map(({ merchant }) => [merchant, roadOf(roads.of(merchant), left)]));
	complain(gaps);
}
