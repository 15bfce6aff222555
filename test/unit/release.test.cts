import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const RELEASE_IT = join(ROOT, 'node_modules', 'release-it', 'bin', 'release-it.js');
const COMMITS = [
	'feat: say who acts',
	'fix(examples): keep the time of Beijing',
	'perf: read plain paths',
	'docs: one more page',
	'test: one more case',
	'chore: newer tools',
];

const env: NodeJS.ProcessEnv = {
	...process.env,
	GIT_CONFIG_GLOBAL: '/dev/null',
	GIT_CONFIG_NOSYSTEM: '1',
	...Object.fromEntries(
		['AUTHOR', 'COMMITTER'].flatMap((who) => [
			[`GIT_${who}_NAME`, 'somebody'],
			[`GIT_${who}_EMAIL`, 'somebody@example.com'],
		]),
	),
};

let repository: string;
const git = (...args: string[]): string =>
	execFileSync('git', args, { cwd: repository, env, encoding: 'utf8' });
const commit = (message: string): string => git('commit', '-q', '--allow-empty', '-m', message);

const stateOf = (): string => git('status', '--short') + git('log', '--oneline') + git('tag');

/** What a dry run shows, which leaves files, commits and tags as they are. */
function dryRun(): string {
	const before = stateOf();
	const args = [RELEASE_IT, '--ci', '--dry-run', '--config', join(ROOT, '.release-it.cjs')];
	const { status, stdout, stderr } = spawnSync(process.execPath, args, {
		cwd: repository,
		env,
		encoding: 'utf8',
	});
	expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
	expect(stateOf()).toBe(before);
	return stdout + stderr;
}

/** The headings and entries of the shown section, without the links to the commits. */
function sectionOf(shown: string): string[] {
	const lines = shown.slice(shown.indexOf('Changelog:')).split('\n');
	return lines.filter((line) => /^(#{2,3}|\*|-) /.test(line)).map((line) => line.split(' ([')[0]);
}

beforeAll(() => {
	repository = mkdtempSync(join(tmpdir(), 'release-'));
	const bugs = { url: 'https://github.com/somebody/something/issues' };
	const manifest = { name: 'something', version: '0.1.0', bugs };
	writeFileSync(join(repository, 'package.json'), JSON.stringify(manifest));
	writeFileSync(
		join(repository, 'CHANGELOG.md'),
		'# Changelog\n\nHow to read it.\n\n## [Unreleased]\n\n### Added\n\n- Written by hand.\n',
	);
	writeFileSync(join(repository, '.gitignore'), 'node_modules\n');
	symlinkSync(join(ROOT, 'node_modules'), join(repository, 'node_modules'));
	git('init', '-q', '-b', 'main');
	git('remote', 'add', 'origin', 'https://host.invalid/somebody/something.git');
	git('add', '.');
	commit('feat: the first version');
});

afterAll(() => rmSync(repository, { recursive: true }));

test('The first release has the version of package.json and the section written by hand', () => {
	const shown = dryRun();
	expect(shown).toContain('(0.1.0...0.1.0)');
	expect(sectionOf(shown)).toEqual(['### Added', '- Written by hand.']);
	expect(shown).toContain('! npm run lint\n! npm run scan\n! npm test\n');
});

test('The notes of the next release list features, speed-ups and fixes from the commits, and nothing else', () => {
	git('tag', '0.1.0');
	COMMITS.forEach(commit);
	const shown = dryRun();
	expect(shown).toContain('(0.1.0...0.1.1)');
	expect(sectionOf(shown)).toEqual([
		expect.stringMatching(/^## \[0\.1\.1\] - \d{4}-\d\d-\d\d$/),
		'### Added',
		'* say who acts',
		'### Changed',
		'* read plain paths',
		'### Fixed',
		'* **examples:** keep the time of Beijing',
	]);
});

test('Below 1.0.0, a breaking change raises the second number', () => {
	commit('refactor!: other names for the branches');
	const shown = dryRun();
	expect(shown).toContain('(0.1.0...0.2.0)');
	expect(sectionOf(shown)).toContain('* other names for the branches');
});

test('Commits without news for users cause no release', () => {
	git('tag', '0.1.1');
	const manifest = readFileSync(join(repository, 'package.json'), 'utf8');
	writeFileSync(join(repository, 'package.json'), manifest.replace('0.1.0', '0.1.1'));
	commit('docs: one more page');
	expect(dryRun()).toContain('No new version to release');
});
