/**
 * `npm start`: a real n8n with the package, its credentials and the examples against a local WeChat
 * with a third-party platform. Pushes the platform's ticket, has merchants authorise it, links the
 * Mini Programs of all merchants, prints what became of each, and stays until Ctrl-C. With `--once`
 * it ends after the table.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exampleWorkflow } from '../test/n8n/examples.cts';
import { ensureN8n } from '../test/n8n/install.cts';
import { withExclusiveLock } from '../test/n8n/lock.cts';
import { buildTarball, createN8n } from '../test/n8n/n8n.cts';
import type { RunningN8n } from '../test/n8n/n8n.cts';
import { onboardingWorkflow, prepareOnboarding } from '../test/n8n/onboarding.cts';
import { cacheDirectory } from '../test/n8n/paths.cts';
import {
	bringTicket,
	eventUrlOf,
	fillMerchantTable,
	playMerchants,
	preparePlatform,
} from '../test/n8n/platform.cts';
import { withProgress } from '../test/n8n/progress.cts';
import { startSandbox } from '../test/sandbox/index.cts';
import type { Sandbox } from '../test/sandbox/index.cts';
import { takePictures } from './pictures.cts';
import { print, reportMerchants, reportSteps } from './report.cts';

const N8N_PORT = 5678;

/** As WeChat pushes tickets. */
const TICKET_INTERVAL_SECONDS = 600;

async function main(once: boolean): Promise<void> {
	await ensureN8n();
	await withProgress('Building the package', null, buildTarball);
	const sandbox = await startSandbox({ ticketIntervalSeconds: TICKET_INTERVAL_SECONDS });
	try {
		const n8n = await createN8n({ userFolder: join(cacheDirectory, 'n8n') });
		const running = await withProgress('Starting n8n', null, () => n8n.start(N8N_PORT));
		try {
			const workflowId = await show(sandbox, running);
			if (!once) await stayUntilInterrupted(running, workflowId, sandbox.url);
		} finally {
			await running.stop();
		}
	} finally {
		await sandbox.close();
	}
}

/** @returns the id of the workflow with all merchants */
async function show({ controls, url }: Sandbox, running: RunningN8n): Promise<string> {
	const platform = await running.saveCredential(await preparePlatform(controls, url));
	const trigger = exampleWorkflow('platform-trigger', platform);
	const merchants = exampleWorkflow('platform-merchants', platform);
	const account = await running.saveCredential(await prepareOnboarding(controls, url));
	for (const workflow of [trigger, merchants, onboardingWorkflow(account)]) {
		await running.saveWorkflow(workflow);
	}
	await fillMerchantTable(running);

	await controls.setEventUrl(eventUrlOf(running, trigger));
	await running.activateWorkflow(trigger.id);
	await bringTicket(controls, running, platform);
	print('WeChat pushed the ticket of the platform, and n8n keeps it in the credential.');
	reportSteps(await playMerchants(controls, running, trigger.id));
	reportMerchants(await running.runWorkflow(merchants.id, { trigger: 'Start by hand' }));
	if (process.env.UPDATE_IMAGES === '1') await takePictures(running, { trigger, merchants });
	return merchants.id;
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
