/**
 * `npm run pictures`: takes pictures of the canvases of examples/merchants in a real n8n with a chosen
 * credential, and of the pages of the work list and the weekly report.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../test/n8n/browser.cts';
import type { Editor } from '../test/n8n/browser.cts';
import { ensureN8n } from '../test/n8n/install.cts';
import { MerchantLists } from '../test/n8n/merchantLists.cts';
import { MerchantTable, setNames, setWorkflow } from '../test/n8n/merchantSet.cts';
import type { Row } from '../test/n8n/merchantSet.cts';
import { STORY } from '../test/n8n/storyMerchants.cts';
import { createN8n } from '../test/n8n/n8n.cts';
import type { RunningN8n } from '../test/n8n/n8n.cts';
import { cacheDirectory, projectDirectory } from '../test/n8n/paths.cts';
import { startSandbox } from '../test/sandbox/index.cts';
import type { Sandbox } from '../test/sandbox/index.cts';

const IMAGES = join(projectDirectory, 'docs', 'images', 'merchants');
const DAY_MS = 86_400_000;
const LINK = '/cgi-bin/wxopen/wxamplink';

/** The merchants' rows on the pages. */
const ROWS: Row[] = [
	{ state: 'linked', whoActs: 'nobody' },
	{
		state: 'pendingOfficialAccountAdmin',
		hint: 'The Official Account administrator has to agree first: a template message is in WeChat.',
	},
	{ state: 'linked', whoActs: 'nobody' },
	{ state: 'new', officialAccountAppId: null },
	{
		state: 'pendingMiniProgramAdmin',
		hint: 'The Mini Program administrator still has to agree: a template message is in WeChat.',
	},
	{
		state: 'refused',
		hint: 'The Mini Program administrator refused the link. Talk to them first; when they agree, set the state of the row to new.',
	},
	{ state: 'linked', whoActs: 'nobody' },
	{
		state: 'failed',
		whoActs: 'weChat',
		hint: 'WeChat has closed linking for this Mini Program. Ask again next week.',
	},
];
const PAGES = ['today', 'weeklyReport'];
const PAGE = { width: 960, height: 600 };

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
		await takePages(editor, running, credential);
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
		STORY.map(({ merchant, officialAccountAppId, miniProgramAppId }, n) => ({
			merchant,
			officialAccountName: merchant,
			miniProgramName: merchant,
			officialAccountAppId,
			miniProgramAppId,
			stateSince: new Date(Date.now() - n * DAY_MS).toISOString(),
			...ROWS[n % ROWS.length],
		})),
	);
}

/** Pictures of the pages of the lists in a browser. */
async function takePages({ page }: Editor, running: RunningN8n, credential: string): Promise<void> {
	const lists = new MerchantLists(running, credential);
	await lists.prepare();
	await page.setViewportSize(PAGE);
	await page.setExtraHTTPHeaders({ authorization: MerchantLists.authorization });
	for (const name of PAGES) {
		await lists.publish(lists.workflow(name));
		await page.goto(lists.address(name));
		await page.screenshot({ path: join(IMAGES, `${name}-page.png`), fullPage: true });
		process.stdout.write(`${name}-page.png\n`);
	}
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
