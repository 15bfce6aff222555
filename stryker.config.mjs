import jestConfig from './jest.config.cjs';

const unit = jestConfig.projects.find(({ displayName }) => displayName === 'unit');

/** `npm run mutate`: breaks the code in small ways, one at a time, and lists what no unit test notices. */
export default {
	mutate: ['nodes/**/*.ts', 'credentials/**/*.ts', '!**/*.d.ts'],
	testRunner: 'jest',
	jest: {
		config: {
			...unit,
			projects: undefined,
			// These test the local WeChat, or read the sources, which Stryker has rewritten.
			testPathIgnorePatterns: [
				'/(sandbox\\w*|docs|documents|nodeTypes|release|roads|rooms|schemas|terminal|texts)\\.test\\.cts$',
			],
		},
	},
	coverageAnalysis: 'perTest',
	// What is made when a file is loaded, such as descriptions and tables of texts.
	ignoreStatic: true,
	incremental: true,
	incrementalFile: '.cache/mutation/incremental.json',
	tempDirName: '.cache/mutation/sandbox',
	// Lint would read what is left of it.
	cleanTempDir: 'always',
	ignorePatterns: ['.cache', 'dist', 'docs/images'],
	reporters: ['clear-text', 'progress-append-only'],
	clearTextReporter: { reportTests: false, logTests: false, allowColor: false },
	thresholds: { high: 95, low: 90, break: 90 },
	timeoutMS: 10_000,
	concurrency: 2,
};
