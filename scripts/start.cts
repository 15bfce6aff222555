/**
 * `npm start`: runs a real n8n with the package and its examples against a local WeChat with a
 * third-party platform. Prints the address of n8n once it is up. Then merchants authorize the platform on
 * their pages and are invited, administrators agree or refuse, and the link trigger updates the Data
 * Table; each step is printed as it happens. Finally prints each merchant's steps, and runs until Ctrl-C.
 * With `--once` it ends instead.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { paintFor } from '../test/n8n/colors.cts';
import { ensureN8n } from '../test/n8n/install.cts';
import { withExclusiveLock } from '../test/n8n/lock.cts';
import { setStage } from '../test/n8n/merchantStage.cts';
import { buildTarball, createN8n } from '../test/n8n/n8n.cts';
import type { RunningN8n } from '../test/n8n/n8n.cts';
import {
	onboardingGaps,
	onboardingResults,
	onboardingWorkflow,
	prepareOnboarding,
} from '../test/n8n/onboarding.cts';
import { cacheDirectory } from '../test/n8n/paths.cts';
import { freePort } from '../test/n8n/ports.cts';
import { withProgress } from '../test/n8n/progress.cts';
import { playStory } from '../test/n8n/story.cts';
import { STORY } from '../test/n8n/storyMerchants.cts';
import { wrap } from '../test/n8n/table.cts';
import { startSandbox } from '../test/sandbox/index.cts';
import type { Sandbox } from '../test/sandbox/index.cts';
import { forgetAnnounced, formatPlaces, runsAlready, whileAnnounced } from './addresses.cts';
import type { Place } from './addresses.cts';
import { takePictures } from './pictures.cts';
import { heading, merchantsText, stopText, storyText } from './report.cts';
import type { Terminal } from './report.cts';

const N8N_PORT = 5678;
const WECHAT_PORT = 5677;

/** The interval at which WeChat pushes tickets. */
const TICKET_INTERVAL_SECONDS = 600;

const WIDTH_WITHOUT_TERMINAL = 100;

/** Read each time, because the window may change its width. */
function terminal(): Terminal {
	const { isTTY, columns } = process.stdout;
	const width = columns ?? (Number(process.env.COLUMNS) || WIDTH_WITHOUT_TERMINAL);
	return { width, paint: paintFor(isTTY, process.env) };
}

function print(text: string): void {
	process.stdout.write(`${text}\n`);
}

function printPlaces(title: string, places: readonly Place[]): void {
	print(`\n${heading(title, terminal())}\n${formatPlaces(places, terminal().width)}`);
}

/** Says what is missing, and makes the command end with exit code 1. */
function complain(gaps: string[]): void {
	for (const gap of gaps) process.stderr.write(`${gap}\n`);
	if (gaps.length > 0) process.exitCode = 1;
}

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
			// A browser on the merchant's page has to send the Referer that WeChat requires.
			env: { N8N_INSECURE_DISABLE_WEBHOOK_IFRAME_SANDBOX: 'true' },
		});
		const port = await portOr(N8N_PORT, 'n8n');
		const running = await withProgress('Starting n8n', null, () => n8n.start(port));
		try {
			const places = placesOf(running, sandbox);
			await whileAnnounced(places, async () => {
				printPlaces('n8n is up. The story continues below, and you can watch it here:', places);
				await inviteForOneAccount(sandbox, running);
				await tellStory(sandbox, running);
				if (!once) await untilInterrupted();
			});
		} finally {
			await running.stop();
		}
	} finally {
		await sandbox.close();
	}
}

/** The port, or a free one if another program uses it. */
async function portOr(wanted: number, what: string): Promise<number> {
	const port = await freePort(wanted);
	if (port !== wanted) {
		print(`Port ${wanted} is taken by another program: ${what} is at http://127.0.0.1:${port}`);
	}
	return port;
}

function placesOf({ url, owner }: RunningN8n, weChat: Pick<Sandbox, 'url'>): Place[] {
	return [
		['n8n', `${url}/home/workflows`],
		['Login', owner.email],
		['Password', owner.password],
		['Local WeChat', `${weChat.url}/people`],
	];
}

/** The example with one account, whose merchants take every branch. */
async function inviteForOneAccount({ controls, url }: Sandbox, running: RunningN8n): Promise<void> {
	const account = await running.replaceCredential(await prepareOnboarding(controls, url));
	const { id } = await running.replaceWorkflow(onboardingWorkflow(account));
	const execution = await running.runWorkflow(id, { trigger: 'Start by hand' });
	if (execution.status !== 'success') {
		throw new Error(`The example ended with "${execution.status}": ${execution.error?.message}`);
	}
	const results = onboardingResults(execution);
	print(`\n${merchantsText(results, terminal())}\n`);
	complain(onboardingGaps(execution, results));
}

/** The merchants of the set for a platform, during and after the story. */
async function tellStory({ controls, url }: Sandbox, running: RunningN8n): Promise<void> {
	const stage = await setStage(controls, running, url);
	const { roads, gaps } = await playStory(stage, {
		round: (text) => print(heading(text, terminal())),
		stop: (merchant, stop) => print(stopText(merchant, stop, terminal())),
	});
	print(`\n${storyText(roads, terminal())}`);
	complain(gaps);
	if (process.env.UPDATE_IMAGES === '1') await takePictures(running, stage.credentialId);

	const platform = await controls.platform();
	printPlaces('Addresses', [
		...placesOf(running, { url }),
		['Console', `${url}/people/platform/${platform.appId}`],
		['A merchant’s page', stage.pages.get(STORY[STORY.length - 1].merchant) ?? ''],
	]);
	printPlaces('For your own credential', [
		['API Base URL', url],
		['Component App ID', platform.appId],
		['Component App Secret', platform.appSecret],
		['Message Token', platform.messageToken],
		['Encoding AES Key', platform.encodingAesKey],
	]);
}

async function untilInterrupted(): Promise<void> {
	const text =
		'Act as an administrator in the local WeChat; n8n polls every minute. Ctrl-C ends everything.';
	print(`\n${wrap(text, terminal().width).join('\n')}`);
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
	() => runsAlready(terminal().width),
).catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
