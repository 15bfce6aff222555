/** What `npm run release` does, see docs/releasing.md. It ends with a tag, which publish.yml publishes. */
const { execFileSync } = require('child_process');
const { readFileSync } = require('fs');
const { resolve } = require('path');

const CHANGELOG = 'CHANGELOG.md';
const { bugs, version } = require(resolve('package.json'));
const home = bugs.url.replace('/issues', '');

// Without `--` before it, npm keeps the flag to itself; it must not become a release then.
const isDryRun = process.argv.includes('--dry-run') || process.env.npm_config_dry_run === 'true';
const isTagged = execFileSync('git', ['tag', '--list', version], { encoding: 'utf8' }) !== '';

const shown = (type, section) => ({ type, section });
const hidden = (type) => ({ type, section: 'Changed', hidden: true });

/** The section as somebody wrote it under [Unreleased]. */
const writtenByHand = { '@release-it/keep-a-changelog': { filename: CHANGELOG } };

/** Version and section out of the commits since the last tag. */
const madeFromCommits = {
	'@release-it/conventional-changelog': {
		infile: CHANGELOG,
		header: readFileSync(CHANGELOG, 'utf8').split('\n## ')[0].trim(),
		preset: {
			name: 'conventionalcommits',
			// Below 1.0.0 a breaking change raises the second number, and all else the third.
			preMajor: version.startsWith('0.'),
			// No release without anything to tell.
			bumpStrict: true,
			types: [
				shown('feat', 'Added'),
				shown('perf', 'Changed'),
				shown('revert', 'Changed'),
				shown('fix', 'Fixed'),
				...['build', 'chore', 'ci', 'docs', 'refactor', 'style', 'test'].map(hidden),
			],
			commitUrlFormat: `${home}/commit/{{hash}}`,
			issueUrlFormat: `${home}/issues/{{id}}`,
		},
		context: { linkReferences: true },
		writerOpts: { headerPartial: '## [{{version}}] - {{date}}\n' },
	},
};

module.exports = {
	'dry-run': isDryRun,
	// A version that has no tag yet, as the first one, is released as package.json names it.
	...(!isTagged && { increment: version }),
	plugins: isTagged ? madeFromCommits : writtenByHand,
	hooks: {
		'after:init': ['npm run lint', 'npm run scan', 'npm test'],
		'before:git:beforeRelease': `prettier --write ${CHANGELOG}`,
	},
	git: {
		// A look ahead is possible from any state of the working directory.
		requireBranch: isDryRun ? false : 'main',
		requireCleanWorkingDir: !isDryRun,
		requireUpstream: !isDryRun,
		commitMessage: 'chore: release ${version}',
		tagName: '${version}',
	},
	npm: { publish: false, allowSameVersion: true },
};
