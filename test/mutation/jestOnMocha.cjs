/**
 * Jest's functions on Mocha, which keeps all modules and tests loaded between two mutants: Jest
 * loads them anew for each, which takes some hundred times as long.
 */
const { ModernFakeTimers } = require('@jest/fake-timers');
const { expect } = require('expect');
const { bind } = require('jest-each');
const { ModuleMocker } = require('jest-mock');
const Mocha = require('mocha');
const { readFileSync } = require('fs');
const { basename, dirname, relative } = require('path');

const { toCommonJs } = require('../transform.cjs');
const {
	projects: [unit],
} = require('../../jest.config.cjs');

// Before the others: beside X.node.ts lies the codex file X.node.json.
const others = { ...require.extensions };
for (const extension of Object.keys(others)) delete require.extensions[extension];
for (const extension of ['.ts', '.cts']) {
	require.extensions[extension] = (module, file) => {
		const { code } = toCommonJs(readFileSync(file, 'utf8'), file);
		module._compile(code, file);
	};
}
Object.assign(require.extensions, others);

const mocker = new ModuleMocker(globalThis);
const timers = new ModernFakeTimers({ config: unit, global: globalThis });

const jest = {
	fn: mocker.fn.bind(mocker),
	spyOn: mocker.spyOn.bind(mocker),
	restoreAllMocks: () => mocker.restoreAllMocks(),
	setTimeout: () => jest,
	useFakeTimers: (options) => timers.useFakeTimers(options),
	useRealTimers: () => timers.useRealTimers(),
	setSystemTime: (now) => timers.setSystemTime(now),
	runAllTimersAsync: async () => await timers.runAllTimersAsync(),
	advanceTimersByTimeAsync: async (ms) => await timers.advanceTimersByTimeAsync(ms),
	requireActual: require,
	// For engine tests alone, as in Jest's projects.
	mock: (name, make) => {
		const actual = require(name);
		const mocked = make();
		const exports = Object.defineProperty({ ...actual }, 'sleep', {
			get: () => (kind === 'engine' ? mocked : actual).sleep,
		});
		require.cache[require.resolve(name)].exports = exports;
	},
};

/** `unit` or `engine`: the folder of the test that runs. */
let kind;

Object.assign(globalThis, { expect, jest });
require('../engine/shortWaits.cts');

/** Milliseconds: a mutant that leaves a test waiting is told by the test, not by a new process. */
const LONGEST_TEST = { unit: 3000, engine: 30_000 };

const { bdd } = Mocha.interfaces;

Mocha.interfaces.bdd = (root) => {
	root.on('pre-require', (context, file, mocha) => {
		// What a file sets up, and the clock that it sets, are for its own tests alone.
		const suite = Mocha.Suite.create(root, relative(process.cwd(), file));
		const kindOfFile = basename(dirname(file));
		suite.timeout(LONGEST_TEST[kindOfFile]);
		suite.beforeAll(() => {
			kind = kindOfFile;
		});
		suite.beforeEach(() => {
			if (globalThis.n8nLog) globalThis.n8nLog.length = 0;
		});
		suite.afterAll(() => {
			jest.useRealTimers();
			jest.restoreAllMocks();
		});
		bdd(suite);
		suite.emit('pre-require', context, file, mocha);
		context.it.each = bind(context.it);
		context.describe.each = bind(context.describe, false);
		context.test = context.it;
		context.beforeAll = context.before;
		context.afterAll = context.after;
	});
};
