import { createRequire } from 'node:module';

// typescript-eslint comes with n8n's own command line tool.
const require = createRequire(import.meta.resolve('@n8n/node-cli/eslint'));
const tseslint = require('typescript-eslint');

export default tseslint.config({
	files: ['**/*.cts'],
	extends: [tseslint.configs.recommended],
});
