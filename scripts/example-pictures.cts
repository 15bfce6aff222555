/**
 * `npm run pictures`: takes the pictures of the canvases of examples/merchants, as a real n8n shows
 * them once the credential is chosen, and of the page that the weekly report makes.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../test/n8n/browser.cts';
import type { Editor } from '../test/n8n/browser.cts';
import { ensureN8n } from '../test/n8n/install.cts';
import { MerchantTable, setFile, setNames, setWorkflow } from '../test/n8n/merchantSet.cts';
import { STORY } from '../test/n8n/storyMerchants.cts';
import { createN8n } from '../test/n8n/n8n.cts';
import type { RunningN8n } from '../test/n8n/n8n.cts';
import { cacheDirectory, projectDirectory } from '../test/n8n/paths.cts';
import { startSandbox } from '../test/sandbox/index.cts';
import type { Sandbox } from '../test/sandbox/index.cts';

const IMAGES = join(projectDirectory, 'docs', 'images', 'merchants');
const DAY_MS = 86_400_000;
const LINK = '/cgi-bin/wxopen/wxamplink';

/** States of the merchants on the page, in turn. */
const STATES = [
	'linked',
	'pendingOfficialAccountAdmin',
	'linked',
	'new',
	'pendingMiniProgramAdmin',
];
const WHO_ACTS: Record<string, string> = {
	pendingOfficialAccountAdmin: 'officialAccountAdmin',
	pendingMiniProgramAdmin: 'miniProgramAdmin',
};
const PAGE = { width: 960, height: 1180 };

async function main(): Promise<void> {
	await ensureN8n();
	mkdirSync(cacheDirectory, { recursive: true });
	const userFolder = mkdtempSync(join(cacheDirectory, 'pictures-'));
	const sandbox = await startSandbox({ knowAllMiniPrograms: true });
	const running = await (await createN8n({ userFolder })).start();
	try {
		await takePictures(running, sandbox);
	} finally {
		await running.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	}
}

async function takePictures(running: RunningN8n, sandbox: Sandbox): Promise<void> {
	mkdirSync(IMAGES, { recursive: true });
	const table = await MerchantTable.create(running.rest);
	const credential = await createCredential(running, sandbox);
	const editor = await openEditor(running);
	try {
		for (const name of setNames()) {
			const workflow = setWorkflow(name, credential);
			await running.saveWorkflow(workflow);
			await editor.openWorkflow(workflow.id);
			await editor.screenshotCanvas(join(IMAGES, `${name}.png`));
			process.stdout.write(`${name}.png\n`);
		}
		await fillTable(table, sandbox);
		await takePage(editor, running);
	} finally {
		await editor.close();
	}
}

async function createCredential(running: RunningN8n, sandbox: Sandbox): Promise<string> {
	const { controls, url } = sandbox;
	const platform = await controls.addPlatform({ appId: 'wx3f90b1c5a7e2d864' });
	await controls.pushTicket();
	return await running.createCredential({
		name: 'Demo platform',
		type: 'weChatOpenPlatformApi',
		data: {
			componentAppId: platform.appId,
			componentAppSecret: platform.appSecret,
			messageToken: platform.messageToken,
			encodingAesKey: platform.encodingAesKey,
			componentVerifyTicket: (await controls.lastTicket()) ?? '',
			apiBaseUrl: url,
		},
	});
}

async function fillTable(table: MerchantTable, { controls }: Sandbox): Promise<void> {
	await controls.setApiLimit(LINK, { callsPerDay: 20 });
	for (const { officialAccountAppId } of STORY) {
		await controls.addAccount({ appId: officialAccountAppId, permissionSets: [1, 33] });
	}
	await table.fill(
		STORY.map(({ merchant, officialAccountAppId, miniProgramAppId }, n) => {
			const state = STATES[n % STATES.length];
			const stateSince = new Date(Date.now() - n * DAY_MS).toISOString();
			const whoActs = WHO_ACTS[state];
			return { merchant, officialAccountAppId, miniProgramAppId, state, stateSince, whoActs };
		}),
	);
}

/** The page of the weekly report, after new merchants were linked. */
async function takePage({ page }: Editor, running: RunningN8n): Promise<void> {
	await running.runWorkflow(setFile('everyMorning').id);
	const { nodes } = await running.runWorkflow(setFile('weeklyReport').id);
	await page.setViewportSize(PAGE);
	await page.setContent(String(nodes.Page.outputs[0][0].json.html));
	await page.screenshot({ path: join(IMAGES, 'weeklyReport-page.png'), fullPage: true });
	process.stdout.write('weeklyReport-page.png\n');
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
