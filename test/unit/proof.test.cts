import type { Section } from '../bench/results.cts';
import type { ProofData, TestRun } from '../../scripts/proof/data.cts';
import type { Facts } from '../../scripts/proof/facts.cts';
import { readFacts } from '../../scripts/proof/facts.cts';
import { FAULT_FILES, faultsIn } from '../../scripts/proof/faults.cts';
import { findGaps } from '../../scripts/proof/gaps.cts';
import { renderPage } from '../../scripts/proof/page.cts';
import { findingsIn } from '../../scripts/proof/findings.cts';
import { textOf } from './rooms.cts';

const SOURCE = 'nodes/tokens/vault.ts';
const DATE = '2026-02-03';

const benchSection: Section = {
	date: `${DATE}T04:05:06.000Z`,
	versions: 'n8n 2.3.4, Node.js 24.0.0',
	machine: 'a machine, 2 cores',
	load: [1, 2],
	sizes: { items: 5000, rounds: 3 },
	tables: [
		{
			title: 'HTTPS',
			of: 'Variant',
			rows: [
				{
					name: 'node',
					figures: {
						CPU: { value: 3, unit: 's' },
						'CPU / by hand': { value: 0.25, unit: 'ratio' },
					},
				},
			],
		},
	],
	goals: [{ what: 'CPU, node / by hand', value: 0.25, unit: 'ratio', limit: 0.3 }],
};

function runOf(suites: string[], versions: Record<string, string>): TestRun {
	const own = FAULT_FILES.filter((file) =>
		suites.some((suite) => file.startsWith(`test/${suite}/`)),
	);
	const files = [...own, ...suites.map((suite) => `test/${suite}/some.test.cts`)];
	return {
		date: DATE,
		seconds: 60,
		versions,
		files: Object.fromEntries(files.map((file) => [file, { passed: 2, failed: 0, skipped: 0 }])),
		faults: own.map((file) => ({ file, test: 'a process ends', cases: 2, passed: 2 })),
		figures: [{ what: 'tokens', value: 1000, expected: '1000 to 1300' }],
	};
}

/** What a whole proof gives, and a repository that it is of. */
function inStep(): { data: Required<ProofData>; facts: Facts } {
	const engine = { 'n8n-core': '2.3.4', 'n8n-workflow': '2.3.0' };
	const data: Required<ProofData> = {
		lint: { date: DATE, steps: [{ command: 'n8n-node lint', findings: 0 }] },
		scan: { date: DATE, steps: [{ command: 'npm run scan', findings: 0 }] },
		test: runOf(['unit', 'engine'], { package: '0.1.0', 'Node.js': '20.0.0', ...engine }),
		'test:e2e': runOf(['e2e'], { 'n8n 2.3.4': 'Node.js 24.0.0' }),
		'test:versions': runOf(['versions'], {
			'n8n 1.2.3': 'Node.js 22.0.0',
			'n8n 2.3.4': 'Node.js 24.0.0',
		}),
		'test:queue': runOf(['queue'], { 'n8n 2.3.4': 'Node.js 24.0.0' }),
		mutate: {
			date: DATE,
			named: 1,
			files: {
				[SOURCE]: { detected: 2999, undetected: 1 },
				'nodes/wechat/types.ts': { detected: 0, undetected: 0 },
			},
			untried: ['nodes/wechat/reply.ts'],
			ignored: 7,
		},
		bench: { date: DATE, sections: { table: benchSection } },
	};
	const facts: Facts = {
		n8nVersions: ['1.2.3', '2.3.4'],
		newest: '2.3.4',
		engine,
		sources: [...Object.keys(data.mutate.files), ...data.mutate.untried],
		tests: (['test', 'test:e2e', 'test:versions', 'test:queue'] as const).flatMap((script) =>
			Object.keys(data[script].files),
		),
		lintSteps: ['n8n-node lint'],
		named: 1,
	};
	return { data, facts };
}

type World = ReturnType<typeof inStep>;

/** The gaps after a change, the page being what the data gives then. */
function gapsAfter(change: (world: World) => void): string[] {
	const { data, facts } = inStep();
	change({ data, facts });
	return findGaps(data, renderPage(data), facts);
}

describe('the check of the proof', () => {
	it('is content where page, data and repository are in step', () => {
		expect(gapsAfter(() => undefined)).toStrictEqual([]);
	});

	it.each(Object.keys(inStep().data) as Array<keyof ProofData>)(
		'leaves it to the page to say that nothing of %s was run',
		(script) => {
			expect(gapsAfter(({ data }) => void Reflect.deleteProperty(data, script))).toStrictEqual([]);
			const { data } = inStep();
			Reflect.deleteProperty(data, script);
			expect(renderPage(data)).toContain(`| \`npm run proof -- --only ${script}\` | 0 |`);
		},
	);

	it('notices a page that was changed by hand', () => {
		const { data, facts } = inStep();
		const page = renderPage(data).replace('2,999', '3,000');
		expect(findGaps(data, page, facts)).toEqual([
			'docs/proof.md differs from docs/proof.json: run npm run proof -- --render.',
		]);
	});

	it.each<[string, (world: World) => void, string]>([
		[
			'another n8n in the engine tests',
			({ facts }) => (facts.engine['n8n-core'] = '2.4.0'),
			'test ran in other versions: run npm run proof -- --only test.',
		],
		[
			'one more release of n8n',
			({ facts }) => (facts.n8nVersions = ['1.2.3', '2.0.0', '2.3.4']),
			'test:versions ran in other versions: run npm run proof -- --only test:versions.',
		],
		[
			'a source without a score',
			({ facts }) => facts.sources.push('nodes/tokens/new.ts'),
			'nodes/tokens/new.ts has no score: run npm run proof -- --only mutate.',
		],
		[
			'a source that is gone',
			({ facts }) => facts.sources.shift(),
			`${SOURCE} is gone: run npm run proof -- --only mutate.`,
		],
		[
			'one more named mutant',
			({ facts }) => (facts.named = 2),
			'2 mutants are named, docs/proof.json has 1: run npm run proof -- --only mutate.',
		],
		[
			'a file of tests that was never run',
			({ facts }) => facts.tests.push('test/queue/new.test.cts'),
			'test/queue/new.test.cts was not run: run npm run proof -- --only test:queue.',
		],
		[
			'a file of tests that is gone',
			({ facts }) =>
				(facts.tests = facts.tests.filter((file) => file !== 'test/e2e/some.test.cts')),
			'test/e2e/some.test.cts is gone: run npm run proof -- --only test:e2e.',
		],
		[
			'a file without a case',
			({ data }) => (data.test.files['test/unit/some.test.cts'].passed = 0),
			'test/unit/some.test.cts has passed 0 times.',
		],
		[
			'a case that failed',
			({ data }) => (data.test.files['test/engine/some.test.cts'].failed = 1),
			'test/engine/some.test.cts has failed 1 times.',
		],
		[
			'faults that are no longer there',
			({ data }) => (data['test:queue'].faults = []),
			'docs/proof.json has no fault of test/queue/queue.test.cts: run npm run proof -- --only test:queue.',
		],
		[
			'a finding of a linter',
			({ data }) => (data.lint.steps[0].findings = 3),
			'"n8n-node lint" has found 3.',
		],
		[
			'one more command in the lint',
			({ facts }) => facts.lintSteps.push('tsc'),
			'docs/proof.json has other commands than lint: run npm run proof -- --only lint.',
		],
	])('notices %s', (_, change, gap) => {
		expect(gapsAfter(change)).toEqual([gap]);
	});

	it('holds the data against the files and commands of this repository', () => {
		const { sources, tests, lintSteps, n8nVersions, newest, engine } = readFacts();
		expect(sources).toContain(SOURCE);
		expect(tests).toContain('test/unit/proof.test.cts');
		expect(tests).toEqual(expect.arrayContaining(FAULT_FILES));
		expect(lintSteps[0]).toBe('n8n-node lint');
		expect(lintSteps.join()).not.toContain('proof');
		expect(n8nVersions).toContain(newest);
		expect(Object.values(engine)).toEqual([newest, expect.stringMatching(/^\d/)]);
	});
});

describe('the page', () => {
	const page = renderPage(inStep().data);

	it('has no line without a number, but headings and heads of tables', () => {
		const isRule = (line = '') => /^\|[ |-]+\|$/.test(line);
		const isTitle = (line: string) => line.startsWith('#') || /^[^\d]*:$/.test(line);
		const lines = page
			.split('\n')
			.filter((line, n, all) => !isRule(line) && !isRule(all[n + 1]) && !isTitle(line))
			.filter(Boolean);
		expect(lines.length).toBeGreaterThan(20);
		expect(lines.filter((line) => !/\d/.test(line))).toStrictEqual([]);
	});

	it('rounds no score up to 100', () => {
		expect(page).toContain('| `nodes/tokens` | 99.96 | 2,999 | 1 | vault 99.96 |');
	});

	it('takes ratios and goals from the bench, and nothing that depends on the machine', () => {
		expect(page).toMatch(/\| CPU, node \/ by hand +\| 0\.3 +\| 0\.25 +\| met +\|/);
		expect(page).toMatch(/\| node +\| 0\.25 +\|/);
		expect(page).not.toContain('3.00 s');
	});

	it('can be made of nothing, and says so', () => {
		expect(renderPage({})).toContain('| `npm run proof -- --only bench` | 0 |');
	});
});

describe('what is read of a run', () => {
	it('are findings, at least one where a command fails', () => {
		expect(findingsIn('✖ 3 problems (1 error, 2 warnings)', 1)).toBe(3);
		expect(findingsIn('a.cts(1,2): error TS2345: no\nb.cts(1,2): error TS1: no', 2)).toBe(2);
		expect(findingsIn('[warn] a.md\n[warn] Code style issues found in 1 file', 1)).toBe(1);
		expect(findingsIn('something else', 1)).toBe(1);
		expect(findingsIn('All matched files use Prettier code style!', 0)).toBe(0);
	});

	it('are the tests of faults: one for the cases of one place', () => {
		const file = 'test/queue/queue.test.cts';
		const caseOf = (line: number, title: string, status = 'passed') => ({
			ancestorTitles: ['pushes'],
			fullName: `pushes ${title}`,
			status,
			location: { line, column: 2 },
		});
		const cases = [
			caseOf(1, 'that come 0 ms apart (seed 1)'),
			caseOf(1, 'that come 100 ms apart (seed 2)', 'failed'),
			caseOf(2, 'are kept'),
		];
		expect(faultsIn(file, cases)).toEqual([
			{ file, test: 'pushes that come … ms apart (seed …)', cases: 2, passed: 1 },
			{ file, test: 'pushes are kept', cases: 1, passed: 1 },
		]);
		expect(faultsIn('test/unit/appId.test.cts', cases)).toStrictEqual([]);
		expect(() => faultsIn('test/unit/turn.test.cts', cases)).toThrow(/has no test "several/);
	});
});

describe('a mutant that is named', () => {
	const named = JSON.parse(textOf('test/mutation/survivors.json')) as Array<
		Record<'file' | 'code' | 'mutant' | 'reason', string>
	>;

	it.each(named)('stands in $file as $code, with a reason', ({ file, code, mutant, reason }) => {
		expect(textOf(file)).toContain(code);
		expect(mutant).not.toBe('');
		expect(reason).toMatch(/^[A-Z].*\.$/);
	});
});
