/** `npm run mutate`: breaks the code in small ways, one at a time, and sees whether a test notices. */
export default {
	mutate: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	testRunner: 'mocha',
	mochaOptions: {
		'no-config': true,
		'no-package': true,
		require: ['./test/mutation/jestOnMocha.cjs'],
		spec: ['test/unit/*.test.cts', 'test/engine/*.test.cts'],
		ignore: [
			// These read the sources or test scripts, or test the local WeChat.
			'test/unit/{rooms,docs,documents,proof,release,roads,terminal,sandbox*}.test.cts',
			// These go through all that others look at one by one, which takes seconds each time.
			'test/engine/{besideServer,everything,isolation,manyMerchants,platformCanary,reading,scale}.test.cts',
		],
	},
	plugins: ['@stryker-mutator/*', './test/mutation/ignorers.mjs'],
	ignorers: ['texts', 'load'],
	coverageAnalysis: 'perTest',
	ignoreStatic: true,
	incremental: true,
	incrementalFile: '.cache/mutation/incremental.json',
	tempDirName: '.cache/mutation/sandbox',
	reporters: ['clear-text', 'json', 'progress-append-only'],
	clearTextReporter: { reportTests: false, logTests: false, allowColor: false },
	jsonReporter: { fileName: '.cache/mutation/report.json' },
	ignorePatterns: ['dist', '.cache'],
	timeoutMS: 10000,
	// Against the first run of the tests, which has the processors for itself.
	timeoutFactor: 4,
	// Most of the time a broken test waits for its time limit.
	concurrency: 5,
};
