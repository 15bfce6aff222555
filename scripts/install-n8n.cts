/**
 * Installs the real n8n that the end-to-end tests and benchmarks run, where it is missing: minutes
 * the first time, so it is done before any test's time counts. `--all` installs the older ones too.
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
