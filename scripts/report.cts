/** What `npm start` prints; each report sets the exit code when something is missing. */
import type { Execution } from '../test/n8n/n8n.cts';
import { BRANCHES, onboardingGaps, onboardingResults } from '../test/n8n/onboarding.cts';
import type { Stop } from '../test/n8n/roads.cts';
import type { Told } from '../test/n8n/story.cts';
import { STORY } from '../test/n8n/storyMerchants.cts';
import { displayWidth, formatLines, GAP, wrap } from '../test/n8n/table.cts';

const WIDTH_WITHOUT_TERMINAL = 100;

export const print = (text: string) => process.stdout.write(`${text}\n`);

const terminalWidth = () => process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL;

function printWrapped(text: string): void {
	print(`\n${wrap(text, terminalWidth()).join('\n')}\n`);
}

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
	printWrapped(`One account invites ${results.length} Mini Programs: ${counts.join(', ')}`);
	const rows = results.map(({ merchant, branch, outcome, hint }) => [
		merchant,
		branch,
		outcome,
		hint,
	]);
	printLines([['Merchant', 'Branch', 'Outcome', 'Hint'], ...rows]);
	complain(onboardingGaps(execution, results));
}

const ONWARD = ' › ';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** With the time at each stop, or only where it is another one; what is too much goes in front. */
function roadOf(stops: readonly Stop[], width: number): string {
	if (stops.length === 0) return 'has not opened its page';
	const times = stops.map(({ at }) => clock.format(at));
	const whole = stops.map(({ station }, index) => `${times[index]} ${station}`);
	const road = whole.join(ONWARD);
	if (displayWidth(road) <= width) return road;
	const shorter = stops.map(({ station }, index) =>
		times[index] === times[index - 1] ? station : whole[index],
	);
	for (let left = 0; left < shorter.length - 1; left += 1) {
		const end = [...(left > 0 ? ['…'] : []), ...shorter.slice(left)].join(ONWARD);
		if (displayWidth(end) <= width) return end;
	}
	return whole[whole.length - 1];
}

/** Where the merchants of the story are: how many at each station, then each one's road. */
export function reportStory({ roads, gaps }: Told): void {
	const counts = new Map<string, number>();
	for (const { merchant } of STORY) {
		const end = roads.of(merchant).at(-1)?.station ?? 'not authorized';
		counts.set(end, (counts.get(end) ?? 0) + 1);
	}
	const sums = [...counts].sort(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}`);
	printWrapped(`${STORY.length} merchants with accounts of their own: ${sums.join(', ')}`);
	const names = Math.max(...STORY.map(({ merchant }) => displayWidth(merchant)));
	const left = terminalWidth() - names - GAP.length;
	printLines(STORY.map(({ merchant }) => [merchant, roadOf(roads.of(merchant), left)]));
	complain(gaps);
}
