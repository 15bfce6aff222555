/**
 * Installs the real n8n that the end-to-end tests and benchmarks run, where it is missing: minutes
 * the first time, so it is done before any test's time counts.
 */
import { ensureN8n } from '../test/n8n/install.cts';

ensureN8n().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
