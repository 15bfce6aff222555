/**
 * `npm start`: a real n8n with the package and its examples against a local WeChat with a third-party
 * platform. Merchants authorize the platform through their page, are linked, administrators agree or
 * refuse, the link trigger hears of it and the Data Table fills. Prints each merchant's road and where
 * everything is, and stays until Ctrl-C. With `--once` it ends after the story.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureN8n } from '../test/n8n/install.cts';
import { withExclusiveLock } from '../test/n8n/lock.cts';
import { setStage } from '../test/n8n/merchantStage.cts';
import { buildTarball, createN8n } from '../test/n8n/n8n.cts';
import type { RunningN8n } from '../test/n8n/n8n.cts';
import { onboardingWorkflow, prepareOnboarding } from '../test/n8n/onboarding.cts';
import { cacheDirectory } from '../test/n8n/paths.cts';
import { freePort } from '../test/n8n/ports.cts';
import { withProgress } from '../test/n8n/progress.cts';
import { playStory } from '../test/n8n/story.cts';
import { STORY } from '../test/n8n/storyMerchants.cts';
import { startSandbox } from '../test/sandbox/index.cts';
import type { Sandbox } from '../test/sandbox/index.cts';
import { forgetAnnounced, formatAddresses, runsAlready, whileAnnounced } from './addresses.cts';
import { takePictures } from './pictures.cts';
import { print, reportMerchants, reportStory } from './report.cts';

const N8N_PORT = 5678;
const WECHAT_PORT = 5677;

/** As WeChat pushes tickets. */
const TICKET_INTERVAL_SECONDS = 600;

async function main(once: boolean): Promise<void> {
	forgetAnnounced();
	await ensureN8n();
	await withProgress('Building the package', null, buildTarball);
	const sandbox = await startSandbox({
		port: await portOr(WECHAT_PORT, 'the local WeChat'),
		ticketIntervalSeconds: TICKET_INTERVAL_SECONDS,
	});
	try {
		const n8n = await createN8n({
			userFolder: join(cacheDirectory, 'start'),
			// A browser on the merchant's page has to send the Referer that WeChat wants.
			env: { N8N_INSECURE_DISABLE_WEBHOOK_IFRAME_SANDBOX: 'true' },
		});
		const port = await portOr(N8N_PORT, 'n8n');
		const running = await withProgress('Starting n8n', null, () => n8n.start(port));
		try {
			await whileAnnounced(placesOf(running, sandbox), async () => {
				const further = await show(sandbox, running);
				print(`${formatAddresses([...placesOf(running, sandbox), ...further])}\n`);
				if (!once) await untilInterrupted();
			});
		} finally {
			await running.stop();
		}
	} finally {
		await sandbox.close();
	}
}

/** The port, or a free one when another program has it. */
async function portOr(wanted: number, what: string): Promise<number> {
	const port = await freePort(wanted);
	if (port !== wanted) {
		print(`Port ${wanted} is taken by another program: ${what} is at http://127.0.0.1:${port}`);
	}
	return port;
}

function placesOf({ url, owner }: RunningN8n, sandbox: Sandbox): string[][] {
	return [
		['n8n', `${url}/home/workflows`],
		['Login', owner.email],
		['Password', owner.password],
		['People of the local WeChat', `${sandbox.url}/people`],
	];
}

/** @returns what else there is to see */
async function show({ controls, url }: Sandbox, running: RunningN8n): Promise<string[][]> {
	const account = await running.replaceCredential(await prepareOnboarding(controls, url));
	const onboarding = await running.replaceWorkflow(onboardingWorkflow(account));
	reportMerchants(await running.runWorkflow(onboarding.id, { trigger: 'Start by hand' }));

	const stage = await setStage(controls, running, url);
	reportStory(await playStory(stage, print));
	if (process.env.UPDATE_IMAGES === '1') await takePictures(running, stage.credentialId);

	const platform = await controls.platform();
	return [
		['Console of the platform', `${url}/people/platform/${platform.appId}`],
		['A merchant’s page', stage.pages.get(STORY[STORY.length - 1].merchant) ?? ''],
		['Credential: API Base URL', url],
		['Credential: Component App ID', platform.appId],
		['Credential: Component App Secret', platform.appSecret],
		['Credential: Message Token', platform.messageToken],
		['Credential: Encoding AES Key', platform.encodingAesKey],
	];
}

async function untilInterrupted(): Promise<void> {
	print(
		`Play an administrator on the people's pages: n8n looks every minute. Ctrl-C ends all of it.`,
	);
	const waiting = setInterval(() => undefined, 2 ** 30);
	await new Promise<void>((resolve) => {
		process.on('SIGINT', resolve).on('SIGTERM', resolve);
	});
	clearInterval(waiting);
	print('\nStopping n8n ...');
}

mkdirSync(cacheDirectory, { recursive: true });
withExclusiveLock(
	join(cacheDirectory, 'start.lock'),
	() => main(process.argv.includes('--once')),
	runsAlready,
).catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
