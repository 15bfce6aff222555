/** The texts of `npm start`, for a terminal of any width, with colors or without. */
import type { Paint, Color } from '../test/n8n/colors.cts';
import type { OnboardingResult } from '../test/n8n/onboarding.cts';
import { OUTPUTS } from '../test/outputs.cts';
import type { Roads, Stop } from '../test/n8n/roads.cts';
import { STORY } from '../test/n8n/storyMerchants.cts';
import type { Station } from '../test/n8n/storyMerchants.cts';
import { displayWidth, formatEntries, GAP, wrapPieces } from '../test/n8n/table.cts';

/** Where and how something is printed. */
export interface Terminal {
	width: number;
	paint: Paint;
}

/** Green is done, yellow waits for somebody else or for a day, and red needs an action. */
const DONE: Color = 'green';
const WAITS: Color = 'yellow';
const ACT: Color = 'red';

const branchColors: Readonly<Record<string, Color>> = {
	Success: DONE,
	Pending: WAITS,
	'Quota Reached': WAITS,
	'Not Allowed': ACT,
	Authorization: ACT,
	'Retry Later': WAITS,
	Other: ACT,
};

const stationColors: Readonly<Record<Station, Color>> = {
	new: WAITS,
	authorized: WAITS,
	'set 33 missing': ACT,
	invited: WAITS,
	'OA agreed': WAITS,
	linked: DONE,
	refused: ACT,
	removed: ACT,
	'not sent': ACT,
	withdrawn: ACT,
};

function stationIn(station: string, paint: Paint): string {
	return paint(
		Object.hasOwn(stationColors, station) ? stationColors[station as Station] : ACT,
		station,
	);
}

/** @param counts follow the text, without line breaks inside */
export function heading(text: string, { width, paint }: Terminal, counts: string[] = []): string {
	const pieces = counts.map((count, index) => (index < counts.length - 1 ? `${count},` : count));
	return wrapPieces([...text.split(' '), ...pieces], width)
		.map((line) => paint('bold', line))
		.join('\n');
}

/** The merchants of the example with one account: a summary, then an entry for each. */
export function merchantsText(results: OnboardingResult[], terminal: Terminal): string {
	const { width, paint } = terminal;
	const counts = OUTPUTS.map((branch) => {
		const count = results.filter((result) => result.branch === branch).length;
		return `${count} ${branch}`;
	});
	const sum = heading(`One account invites ${results.length} Mini Programs:`, terminal, counts);
	const entries = results.map(({ merchant, branch, outcome, hint }) => ({
		columns: [paint('bold', merchant), paint(branchColors[branch], branch), outcome],
		pieces: hint.split(/\s+/),
	}));
	return `${sum}\n${formatEntries(entries, width)}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function timeIn(at: Date, paint: Paint): string {
	return paint('dim', clock.format(at));
}

const nameColumn = Math.max(...STORY.map(({ merchant }) => displayWidth(merchant)));

/** A line of the story while it happens. */
export function stopText(merchant: string, { station }: Stop, { paint }: Terminal): string {
	const name = merchant + ' '.repeat(nameColumn - displayWidth(merchant));
	return `${GAP}${name}${GAP}${stationIn(station, paint)}`;
}

const ONWARD = ' ›';

/** The stations with their times; lines break only between stations. */
function roadOf(stops: readonly Stop[], paint: Paint): string[] {
	if (stops.length === 0) return ['has not opened its page'];
	const last = stops.length - 1;
	return stops.map(({ at, station }, index) => {
		const onward = index < last ? ONWARD : '';
		return `${timeIn(at, paint)} ${stationIn(station, paint)}${onward}`;
	});
}

/** The merchants of the story: how many are at each station, then the stations of each. */
export function storyText(roads: Roads, terminal: Terminal): string {
	const { width, paint } = terminal;
	const counts = new Map<string, number>();
	for (const { merchant } of STORY) {
		const end = roads.of(merchant).at(-1)?.station ?? 'not authorized';
		counts.set(end, (counts.get(end) ?? 0) + 1);
	}
	const sums = [...counts].sort(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}`);
	const sum = heading(`${STORY.length} merchants with accounts of their own:`, terminal, sums);
	const entries = STORY.map(({ merchant }) => ({
		columns: [merchant],
		pieces: roadOf(roads.of(merchant), paint),
	}));
	return `${sum}\n${formatEntries(entries, width)}`;
}
