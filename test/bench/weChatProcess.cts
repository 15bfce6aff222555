/** Serves the local WeChat over HTTP and HTTPS, and sends its addresses to the process that started it. */
import { readFileSync } from 'node:fs';
import { startSandbox } from '../sandbox/index.cts';

const [certificateFile, keyFile] = process.argv.slice(2);

async function main(): Promise<void> {
	const tls = { cert: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
	const { url, secureUrl } = await startSandbox({ tls });
	process.stdout.write(`${JSON.stringify({ url, secureUrl })}\n`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
