import { stripVTControlCharacters } from 'node:util';
import { formatPlaces } from '../../scripts/addresses.cts';
import { merchantsText, stopText, storyText } from '../../scripts/report.cts';
import { colored, paintFor, plain } from '../n8n/colors.cts';
import type { OnboardingResult } from '../n8n/onboarding.cts';
import { Roads } from '../n8n/roads.cts';
import { STORY } from '../n8n/storyMerchants.cts';
import { displayWidth, formatEntries } from '../n8n/table.cts';

const WIDTHS = [80, 120];

const HINT =
	'The Mini Program administrator opens the Mini Program’s console, settings, linked Official ' +
	'Accounts, and allows Official Accounts to link it; then send the item again.';

const RESULTS: OnboardingResult[] = [
	{ merchant: 'Ada 茶馆', branch: 'Success', outcome: 'alreadyLinked (89015)', hint: 'Linked.' },
	{ merchant: 'Old Town Bakery', branch: 'Retry Later', outcome: 'failed (-1)', hint: HINT },
	{ merchant: 'White Horse Driving School', branch: 'Not Allowed', outcome: 'failed', hint: HINT },
];

const words = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Roads of merchants that have these states minute by minute. */
async function roadsOf(
	states: Record<string, string[]>,
	seen?: ConstructorParameters<typeof Roads>[1],
) {
	const rows: Record<string, { state: string; stateSince: string }> = {};
	const roads = new Roads({ rows: async () => rows }, seen);
	const longest = Math.max(...Object.values(states).map(({ length }) => length));
	for (let minute = 0; minute < longest; minute += 1) {
		for (const [merchant, all] of Object.entries(states)) {
			const state = all[minute];
			if (!state) continue;
			const stateSince = new Date(2026, 2, 1, 12, minute).toISOString();
			rows[merchant] = { state, stateSince };
		}
		await roads.look();
	}
	return roads;
}

const LONG_ROAD = [
	'authorized',
	'permissionSet33Missing',
	'invitationSent',
	'pendingMiniProgramAdmin',
	'linked',
	'withdrawn',
];

describe('Entries', () => {
	test('A Chinese character is two columns wide, even a rare one, and a color has no width', () => {
		expect(displayWidth('Ada 茶馆')).toBe(8);
		expect(displayWidth('𠮷（）')).toBe(6);
		expect(displayWidth(colored('green', '茶'))).toBe(2);
	});

	test('Columns are aligned, and long text continues beside them', () => {
		const entries = [
			{ columns: ['茶馆', 'linked'], pieces: ['nothing', 'to', 'do'] },
			{ columns: ['Harbour', 'pending'], pieces: ['one', 'two', 'three', 'four', 'five', 'six'] },
		];
		expect(formatEntries(entries, 41).split('\n')).toEqual([
			'茶馆     linked   nothing to do',
			'Harbour  pending  one two three four five',
			'                  six',
		]);
	});

	test('Text is printed below the columns if that takes fewer lines', () => {
		const entries = [
			{ columns: ['茶馆', 'linked'], pieces: ['nothing', 'to', 'do'] },
			{ columns: ['Harbour', 'pending'], pieces: ['one', 'two', 'three', 'four', 'five'] },
		];
		expect(formatEntries(entries, 26).split('\n')).toEqual([
			'茶馆     linked',
			'  nothing to do',
			'Harbour  pending',
			'  one two three four five',
		]);
	});

	test('An empty list prints nothing', () => expect(formatEntries([], 80)).toBe(''));
});

describe('Addresses', () => {
	const long = `http://127.0.0.1:5678/webhook/wechat-merchant?m=17&s=${'0123456789abcdef'.repeat(4)}`;

	test.each(WIDTHS)('A list of addresses at %i columns breaks none of them', (width) => {
		const places = [
			['n8n', 'http://127.0.0.1:5678'],
			['A merchant’s page', long],
		] as const;
		const lines = formatPlaces(places, width).split('\n');
		expect(lines[0]).toMatch(/^n8n +http:\/\/127\.0\.0\.1:5678$/);
		expect(
			lines
				.slice(1)
				.map((line) => line.trim())
				.join(' '),
		).toMatch(/^A merchant’s page +http/);
		expect(lines.at(-1)).toContain(long);
	});

	test('A list of addresses gives a long address its own line', () => {
		expect(formatPlaces([['A merchant’s page', long]], 80)).toBe(`A merchant’s page\n  ${long}`);
	});
});

describe('Colors', () => {
	test.each([
		[true, {}, true],
		[false, {}, false],
		[true, { NO_COLOR: '1' }, false],
		[true, { NO_COLOR: '' }, true],
		[true, { TERM: 'dumb' }, false],
		[false, { FORCE_COLOR: '1' }, true],
		[false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
		[true, { FORCE_COLOR: '0' }, false],
		[true, { FORCE_COLOR: 'false' }, false],
	])(
		'Output to a terminal (%s) with the environment %j is colored: %s',
		(isTerminal, environment, expected) => {
			expect(paintFor(isTerminal, environment)).toBe(expected ? colored : plain);
		},
	);

	test("A color is Node.js's own, and ends after its text", () => {
		expect(colored('red', 'refused')).toBe('\x1b[31mrefused\x1b[39m');
		expect(plain('red', 'refused')).toBe('refused');
	});

	test('Green is done, yellow waits, and red needs an action', () => {
		const text = merchantsText(RESULTS, { width: 120, paint: colored });
		expect(text).toContain(colored('green', 'Success'));
		expect(text).toContain(colored('yellow', 'Retry Later'));
		expect(text).toContain(colored('red', 'Not Allowed'));
	});
});

describe('Merchants of one account', () => {
	test.each(WIDTHS)(
		'Each merchant of one account has an entry with its whole hint, at %i columns',
		(width) => {
			const text = merchantsText(RESULTS, { width, paint: plain });
			expect(text).toMatch(/\b1 Not Allowed,/);
			for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
			expect(words(text)).toContain(
				'One account invites 3 Mini Programs: 1 Success, 0 Pending, 0 Quota Reached, 1 Not Allowed',
			);
			for (const { merchant, branch, outcome, hint } of RESULTS) {
				expect(text).toMatch(
					new RegExp(`^${merchant} +${branch} +${outcome.replace(/[()]/g, '\\$&')}`, 'm'),
				);
				expect(words(text)).toContain(`${outcome} ${hint}`);
			}
		},
	);

	test.each(WIDTHS)('Colors do not move the text of entries, at %i columns', (width) => {
		const text = merchantsText(RESULTS, { width, paint: colored });
		expect(stripVTControlCharacters(text)).toBe(merchantsText(RESULTS, { width, paint: plain }));
	});
});

describe('Merchants of the story', () => {
	const [ada, bo, late] = STORY.map(({ merchant }) => merchant);

	test('Each stop of a merchant is printed as it happens', async () => {
		const told: string[] = [];
		await roadsOf({ [ada]: ['invitationSent', 'linked'] }, (merchant, stop) =>
			told.push(words(stopText(merchant, stop, { width: 80, paint: plain }))),
		);
		expect(told).toEqual([`${ada} invited`, `${ada} linked`]);
	});

	test("A merchant's whole road is printed in lines that break between stops", async () => {
		const roads = await roadsOf({ [ada]: LONG_ROAD, [bo]: ['linked'] });
		const lines = storyText(roads, { width: 80, paint: plain }).split('\n');
		for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80);
		const first = lines.findIndex((line) => line.startsWith(ada));
		const next = lines.findIndex((line) => line.startsWith(bo));
		for (const line of lines.slice(first + 1, next)) expect(line).toMatch(/^ {10,}12:0\d \S/);
		expect(words(lines.slice(first, next).join(' '))).toBe(
			`${ada} 12:00 authorized › 12:01 set 33 missing › 12:02 invited › 12:03 OA agreed › ` +
				'12:04 linked › 12:05 withdrawn',
		);
		expect(lines[next]).toMatch(new RegExp(`^${bo} +12:00 linked$`));
		expect(lines[next + 1]).toMatch(new RegExp(`^${late} +has not opened its page$`));
	});

	test('The summary of the story has the most frequent result first', async () => {
		const roads = await roadsOf({ [ada]: ['linked'], [bo]: ['refused'] });
		expect(words(storyText(roads, { width: 80, paint: plain }))).toContain(
			`${STORY.length} merchants with accounts of their own: ${STORY.length - 2} not authorized, ` +
				'1 linked, 1 refused',
		);
	});

	test('The color of a merchant shows the state', async () => {
		const roads = await roadsOf({
			[ada]: ['linked'],
			[bo]: ['refused'],
			[late]: ['invitationSent'],
		});
		const text = storyText(roads, { width: 80, paint: colored });
		expect(text).toContain(colored('green', 'linked'));
		expect(text).toContain(colored('red', 'refused'));
		expect(text).toContain(colored('yellow', 'invited'));
	});
});
