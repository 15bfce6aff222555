/** `npm run mutate`: breaks the code in small ways, one at a time, and sees whether a test notices. */
export default {
	mutate: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	testRunner: 'jest',
	jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.cjs' },
	coverageAnalysis: 'perTest',
	ignoreStatic: true,
	incremental: true,
	incrementalFile: '.cache/mutation/incremental.json',
	tempDirName: '.cache/mutation/sandbox',
	reporters: ['clear-text', 'json'],
	clearTextReporter: { reportTests: false, logTests: false, allowColor: false },
	jsonReporter: { fileName: '.cache/mutation/report.json' },
	ignorePatterns: ['dist', '.cache'],
	timeoutMS: 20000,
	timeoutFactor: 3,
	concurrency: 2,
};
