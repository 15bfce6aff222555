import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../n8n/browser.cts';
import { startSandbox } from '../sandbox/index.cts';
import { findings } from './axe.cts';
import type { Sandbox } from '../sandbox/index.cts';

const PAGE_TIMEOUT_MS = 30_000;
const PLATFORM = 'wx00000000000000c1';
const TEA = 'wx00000000000000a1';
const GROCER = 'wx00000000000000a2';
const SHOP = 'wx00000000000000b2';
const WEBHOOK = 'http://127.0.0.1:1/webhook/3f1c9a52-6f0e-4f3b-9d5c-0a1b2c3d4e5f';

let sandbox: Sandbox;
let browser: Browser;

/** A link in each state, a check that failed, and names and addresses as long as real ones. */
beforeAll(async () => {
	sandbox = await startSandbox();
	const { controls } = sandbox;
	await controls.configure({ pushTries: 1, requireReferer: false });
	await controls.addPlatform({
		appId: PLATFORM,
		eventUrl: `${WEBHOOK}/wechat-open-platform`,
		messageUrl: `${WEBHOOK}/messages/$APPID$`,
	});
	await controls.addAccount({ appId: TEA, name: 'Ada Tea 艾达茶馆', permissionSets: [1] });
	const name = 'Fine Groceries of Harbour Street & Söhne, since 1901';
	await controls.addAccount({ appId: GROCER, name, permissionSets: [1, 33] });
	await controls.addAccount({ appId: 'wx00000000000000a3', name: 'Bo', status: 'none' });
	for (const [index, state] of ([12, 2, 1, 3, 4] as const).entries()) {
		const appId = `wx00000000000000b${index + 1}`;
		await controls.addMiniProgram({ appId, nickname: `茶馆 Tea House ${index + 1}` });
		await controls.setRelation(GROCER, appId, state);
	}
	await controls.changeTestCopy({ redirectDomain: 'merchants.a-rather-long-domain.example.com' });
	await controls.checkPublication();
	browser = await launchBrowser();
});

afterAll(async () => {
	await browser?.close();
	await sandbox?.close();
});

/** The link with which a merchant authorizes the platform. */
async function consent(): Promise<string> {
	const token = await sandbox.controls.issueToken(PLATFORM, { kind: 'component' });
	const path = `/cgi-bin/component/api_create_preauthcode?access_token=${token}`;
	const body = JSON.stringify({ component_appid: PLATFORM });
	const response = await fetch(sandbox.url + path, { method: 'POST', body });
	const query = new URLSearchParams({
		component_appid: PLATFORM,
		pre_auth_code: ((await response.json()) as { pre_auth_code: string }).pre_auth_code,
		redirect_uri: 'https://merchants.example.com/',
	});
	return `/cgi-bin/componentloginpage?${query.toString()}`;
}

/** Fields and buttons that cut off their content. */
async function cutOff(page: Page): Promise<string[]> {
	return await page
		.locator('input:not([type=hidden]), textarea, button')
		.evaluateAll((elements) =>
			elements
				.filter(
					({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
						scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 2,
				)
				.map(({ outerHTML }) => outerHTML),
		);
}

describe('Pages of the local WeChat', () => {
	it.each([
		['of all people', async () => '/people'],
		['of the provider', async () => `/people/platform/${PLATFORM}`],
		['of the permission sets', async () => `/people/developer-platform/${PLATFORM}`],
		['of an Official Account’s administrator', async () => `/people/official-account/${GROCER}`],
		['of a Mini Program’s administrator', async () => `/people/mini-program/${SHOP}`],
		['of a merchant who authorizes', consent],
		['of a link that does not work', async () => '/cgi-bin/componentloginpage?component_appid=x'],
	])(
		'The page %s fits a phone and a computer, and axe finds no violation',
		async (_name, at) => {
			const path = await at();
			for (const width of [390, 801, 1280]) {
				const context = await browser.newContext({
					viewport: { width, height: 800 },
				});
				const page = await context.newPage();
				await page.goto(sandbox.url + path);
				const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
				expect(wide).toBeLessThanOrEqual(width);
				expect(await cutOff(page)).toStrictEqual([]);
				expect(await findings(page)).toStrictEqual([]);
				await context.close();
			}
		},
		PAGE_TIMEOUT_MS,
	);

	it('A field shows a long address in full', async () => {
		const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
		await page.goto(`${sandbox.url}/people/platform/${PLATFORM}`);
		const address = `${WEBHOOK}/a-further-part/of-the-path/wechat-open-platform`;
		await page.getByLabel('授权事件接收URL').fill(address);
		expect(await cutOff(page)).toStrictEqual([]);
		await page.getByRole('button', { name: 'Save the test copy' }).click();
		await page.getByRole('status').waitFor();
		expect((await sandbox.controls.platform()).test.eventUrl).toBe(address);
	});
});
