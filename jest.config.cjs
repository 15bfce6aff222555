/** Tests are .cts: n8n's lint holds every .ts to the rules for code that runs inside n8n. */
const project = (name, options = {}) => ({
	displayName: name,
	roots: ['<rootDir>/test', '<rootDir>/nodes', '<rootDir>/credentials'],
	testMatch: [`<rootDir>/test/${name}/**/*.test.cts`],
	moduleFileExtensions: ['ts', 'cts', 'js', 'cjs', 'mjs', 'json', 'node'],
	transform: {
		'^.+\\.c?ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	...options,
});

const withinProcess = {
	// Node.js itself uses these.
	fakeTimers: { doNotFake: ['nextTick', 'setImmediate'] },
	setupFilesAfterEnv: ['<rootDir>/test/setup.cts'],
};

module.exports = {
	// The package looks for what it has stored some seconds later, also after the last test.
	openHandlesTimeout: 10_000,
	projects: [
		project('unit', withinProcess),
		project('engine', {
			...withinProcess,
			setupFilesAfterEnv: [
				...withinProcess.setupFilesAfterEnv,
				'<rootDir>/test/engine/shortWaits.cts',
			],
		}),
		...['e2e', 'versions', 'queue'].map((name) => project(name)),
	],
};
