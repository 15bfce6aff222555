import jestConfig from './jest.config.cjs';

const unit = jestConfig.projects.find(({ displayName }) => displayName === 'unit');

/** For scripts/mutate.mjs, which adds what to mutate and the tests to try. */
export default {
	testRunner: 'jest',
	// Without the empty list, Jest runs each test once for every project.
	jest: { config: { ...unit, projects: [] } },
	coverageAnalysis: 'perTest',
	// What is made when a file is loaded, such as descriptions and tables of texts.
	ignoreStatic: true,
	incremental: true,
	tempDirName: '.cache/mutation/sandbox',
	// Lint would read what is left of it.
	cleanTempDir: 'always',
	ignorePatterns: ['.cache', 'dist', 'docs/images'],
	reporters: ['clear-text', 'progress-append-only'],
	clearTextReporter: { reportTests: false, logTests: false, allowColor: false },
	thresholds: { high: 95, low: 90, break: 90 },
	concurrency: 2,
};
