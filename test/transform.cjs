const { transformSync } = require('esbuild');

/** TypeScript as Node.js takes it: what the code imports when it runs is required then. */
exports.toCommonJs = (source, file) =>
	transformSync(source, {
		format: 'cjs',
		loader: 'ts',
		sourcefile: file,
		sourcemap: true,
		supported: { 'dynamic-import': false },
		target: 'node20',
	});

/** For Jest. */
exports.process = exports.toCommonJs;
