/**
 * Installs the real n8n for the end-to-end tests and benchmarks if it is missing. The first time takes
 * minutes, so it runs before any test. `--all` also installs the older releases.
 */
import { ensureN8n } from '../test/n8n/install.cts';
import { N8N_VERSIONS, NEWEST } from '../test/n8n/versions.cts';

async function main(): Promise<void> {
	const versions = process.argv.includes('--all') ? N8N_VERSIONS : [NEWEST];
	for (const version of versions) await ensureN8n(version);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
