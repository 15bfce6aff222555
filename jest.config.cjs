/** Tests are .cts files, because n8n's lint applies its rules for nodes to every .ts file. */
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
	// The package checks some seconds later what it has stored, even after the last test.
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
