const { createRequire } = require('node:module');
const { compileFunction } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** Packages that are loaded once for all test files of a worker: n8n, and what its tests use of it. */
const SHARED = /^(@n8n|axios|esbuild|fast-check|luxon|n8n-core|n8n-workflow|typescript)(\/|$)/;

/** Jest's own ones that keep nothing about a file. */
const SHARED_OF_JEST =
	/^(expect|pretty-format|@jest\/expect(-utils)?|jest-(diff|each|matcher-utils|message-util|snapshot|util))$/;

/**
 * Jest loads all modules anew for each test file, in a realm of its own, where n8n takes seconds to
 * load and is never warm. Here a file has its own modules of this project alone, in the one realm that
 * they share with n8n; see environment.cjs.
 */
module.exports = class extends Runtime {
	constructor(...given) {
		super(...given);
		const { executor } = this;
		executor.compile = (source, filename) =>
			compileFunction(source, executor.injectedModuleParameters, { filename });
	}

	requireModule(from, name, ...rest) {
		if (SHARED.test(name)) return createRequire(from)(name);
		return super.requireModule(from, name, ...rest);
	}

	requireInternalModule(from, name) {
		if (SHARED_OF_JEST.test(name)) return createRequire(from)(name);
		return super.requireInternalModule(from, name);
	}
};
