/**
 * `npm start`: a real n8n with the package, its credential and the onboarding example against a
 * local WeChat. Runs the example once, prints what became of each merchant, and stays until Ctrl-C.
 * With `--once` it ends after the table.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureN8n } from '../test/n8n/install.cts';
import { withExclusiveLock } from '../test/n8n/lock.cts';
import { buildTarball, createN8n } from '../test/n8n/n8n.cts';
import type { Execution, RunningN8n } from '../test/n8n/n8n.cts';
import {
	BRANCHES,
	onboardingGaps,
	onboardingResults,
	onboardingWorkflow,
	prepareOnboarding,
} from '../test/n8n/onboarding.cts';
import { cacheDirectory } from '../test/n8n/paths.cts';
import { withProgress } from '../test/n8n/progress.cts';
import { formatTable } from '../test/n8n/table.cts';
import { startSandbox } from '../test/sandbox/index.cts';

const N8N_PORT = 5678;
const WIDTH_WITHOUT_TERMINAL = 120;

const print = (text: string) => process.stdout.write(`${text}\n`);

async function main(once: boolean): Promise<void> {
	await ensureN8n();
	await withProgress('Building the package', null, buildTarball);
	const sandbox = await startSandbox();
	try {
		const credential = await prepareOnboarding(sandbox.controls, sandbox.url);
		const n8n = await createN8n({ userFolder: join(cacheDirectory, 'n8n') });
		const running = await withProgress('Starting n8n', null, () => n8n.start(N8N_PORT));
		try {
			const workflow = onboardingWorkflow(await running.saveCredential(credential));
			await running.saveWorkflow(workflow);
			report(await running.runWorkflow(workflow.id));
			if (!once) await stayUntilInterrupted(running, workflow.id, sandbox.url);
		} finally {
			await running.stop();
		}
	} finally {
		await sandbox.close();
	}
}

/** Prints the table and its sum, and sets the exit code when something is missing. */
function report(execution: Execution): void {
	if (execution.status !== 'success') {
		throw new Error(`The example ended with "${execution.status}": ${execution.error?.message}`);
	}
	const results = onboardingResults(execution);
	const header = ['Merchant', 'Branch', 'Outcome', 'Hint'];
	const rows = results.map(({ merchant, branch, outcome, hint }) => [
		merchant,
		branch,
		outcome,
		hint,
	]);
	print(`\n${formatTable(header, rows, process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL)}\n`);
	const counts = BRANCHES.map(
		(branch) => `${results.filter((result) => result.branch === branch).length} ${branch}`,
	);
	print(`${results.length} merchants: ${counts.join(', ')}`);
	const gaps = onboardingGaps(execution, results);
	for (const gap of gaps) process.stderr.write(`${gap}\n`);
	if (gaps.length > 0) process.exitCode = 1;
}

async function stayUntilInterrupted(
	{ url, owner }: RunningN8n,
	workflowId: string,
	sandboxUrl: string,
): Promise<void> {
	print(`
Editor        ${url}/workflow/${workflowId}
Login         ${owner.email}
Password      ${owner.password}
Local WeChat  ${sandboxUrl}

Ctrl-C ends all of it.`);
	const waiting = setInterval(() => undefined, 2 ** 30);
	await new Promise<void>((resolve) => {
		process.on('SIGINT', resolve).on('SIGTERM', resolve);
	});
	clearInterval(waiting);
	print('\nStopping n8n ...');
}

mkdirSync(cacheDirectory, { recursive: true });
withExclusiveLock(join(cacheDirectory, 'start.lock'), () =>
	main(process.argv.includes('--once')),
).catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
