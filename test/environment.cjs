const { ModernFakeTimers } = require('@jest/fake-timers');
const { TestEnvironment } = require('jest-environment-node');
const { ModuleMocker } = require('jest-mock');
const asyncHooks = require('node:async_hooks');

const { AsyncLocalStorage } = asyncHooks;

/** Runs test files in the worker's own realm, as runtime.cjs wants it. */
module.exports = class extends TestEnvironment {
	constructor(config, context) {
		super(config, context);
		// By these symbols Jest reaches the clock and the promises that a test may replace.
		for (const symbol of Object.getOwnPropertySymbols(this.global)) {
			globalThis[symbol] ??= this.global[symbol];
		}
		this.global = globalThis;
		this.moduleMocker = new ModuleMocker(globalThis);
		this.fakeTimersModern = new ModernFakeTimers({
			config: config.projectConfig,
			global: globalThis,
		});
		this.collectStorages();
	}

	/**
	 * Jest makes one for each file and leaves it behind; in Node.js 20 every promise of all later
	 * files would go through each of them.
	 */
	collectStorages() {
		const storages = [];
		this.storages = storages;
		asyncHooks.AsyncLocalStorage = class extends AsyncLocalStorage {
			constructor(...given) {
				super(...given);
				storages.push(this);
			}
		};
	}

	async teardown() {
		asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
		for (const storage of this.storages) storage.disable();
		await super.teardown();
	}

	/** Shows what n8n logged during a test when the test has failed, and only then. */
	handleTestEvent({ name, test }) {
		const { n8nLog } = this.global;
		if (!n8nLog) return;
		if (name === 'test_start') n8nLog.length = 0;
		if (name === 'test_done' && test.errors.length > 0 && n8nLog.length > 0) {
			this.global.console.log(`n8n's log during "${test.name}":\n${n8nLog.join('\n')}`);
		}
	}
};
