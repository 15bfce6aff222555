import type { Fault } from './data.cts';

/** One case in Jest's results. */
export interface Case {
	ancestorTitles: string[];
	fullName: string;
	status: string;
	location: { line: number; column: number } | null;
}

/** Tests in which processes end, services are away, or cases are made by chance. */
const FAULT_TESTS: ReadonlyArray<{ file: string; names?: readonly string[] }> = [
	{ file: 'test/queue/queue.test.cts' },
	{ file: 'test/engine/everything.test.cts' },
	{ file: 'test/engine/reading.test.cts' },
	{ file: 'test/e2e/reading.test.cts' },
	{ file: 'test/unit/linkChanges.test.cts', names: ['any lists', 'static data'] },
	{
		file: 'test/unit/turn.test.cts',
		names: ['several processes that want tokens', 'a process that ends while it makes tokens'],
	},
	{
		file: 'test/unit/inbox.test.cts',
		names: ['a push whose workflow was not started is taken up'],
	},
	{
		file: 'test/engine/lostPushes.test.cts',
		names: ['a process that ends', 'the credential cannot be changed'],
	},
	{ file: 'test/engine/linkTrigger.test.cts', names: ['process dies between two looks'] },
	{ file: 'test/engine/forward.test.cts', names: ['where the first one has ended'] },
];

export const FAULT_FILES = FAULT_TESTS.map(({ file }) => file);

/** The tests of a file that let something go wrong. */
export function faultsIn(file: string, cases: readonly Case[]): Fault[] {
	const chosen = FAULT_TESTS.filter((tests) => tests.file === file);
	return chosen.flatMap(({ names = [''] }) =>
		names.flatMap((name) => {
			const found = cases.filter(({ fullName }) => fullName.includes(name));
			if (found.length === 0) throw new Error(`${file} has no test "${name}"`);
			return faultsOf(file, found);
		}),
	);
}

/** Cases that `it.each` makes stand at the same place; a file may take tests from several others. */
function faultsOf(file: string, cases: readonly Case[]): Fault[] {
	const tests = new Map<string, Case[]>();
	for (const one of cases) {
		const { line, column } = one.location ?? { line: 0, column: 0 };
		const place = [one.ancestorTitles[0], line, column].join(':');
		tests.set(place, [...(tests.get(place) ?? []), one]);
	}
	return [...tests.values()].map((own) => ({
		file,
		test: commonName(own.map(({ fullName }) => fullName)),
		cases: own.length,
		passed: own.filter(({ status }) => status === 'passed').length,
	}));
}

/** What the names have in common, word by word, with `…` for what differs. */
function commonName(names: string[]): string {
	const [first, ...others] = names.map((name) => name.split(/(?<=\W)|(?=\W)/));
	return first.map((word, n) => (others.every((other) => other[n] === word) ? word : '…')).join('');
}
