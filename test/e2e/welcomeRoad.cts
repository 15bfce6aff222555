import { join } from 'node:path';
import type { Page } from 'playwright-core';

import { projectDirectory } from '../n8n/paths.cts';
import { findings, isTooWide } from './axe.cts';
import { COMPUTER, MERCHANTS, PHONE } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

const IMAGES = process.env.PICTURES;

async function picture(page: Page, name: string): Promise<void> {
	if (IMAGES === undefined) return;
	await page.screenshot({ path: join(projectDirectory, IMAGES, `${name}.png`), fullPage: true });
}

/** The current step on the page, as screen readers read it. */
export const current = async (page: Page): Promise<string> =>
	await page.locator('[aria-current="step"]').innerText();

/** Every step in the browser: one merchant on a computer in English, one on a phone in Chinese. */
export function testRoad(world: WelcomeWorld): void {
	const [computer, phone] = MERCHANTS;
	let addresses: Record<string, string>;
	let page: Page;

	beforeAll(async () => {
		addresses = await world.addresses();
		page = await world.browser(COMPUTER);
	});

	it('The page of a new merchant says what to do', async () => {
		await page.goto(addresses[computer.name]);
		expect(await page.title()).toBe(`${computer.name}: Link your Mini Program`);
		expect(await current(page)).toContain('You authorize us in WeChat');
		expect(await findings(page)).toStrictEqual([]);
		await picture(page, 'page-1-authorize');
	});

	it('The button makes an authorization link that WeChat accepts', async () => {
		const before = (await world.table.rows())[computer.name].invitationId;
		await page.getByRole('button', { name: 'Authorize' }).click();
		await page.waitForURL(/\/cgi-bin\/componentloginpage\?/);
		expect(before).toBeNull();
		expect((await world.table.rows())[computer.name].invitationId).toMatch(/^[0-9a-f]{16}$/);
		await picture(page, 'page-2-wechat');
	});

	it('The page asks for permission set 33 if the merchant has unticked it', async () => {
		await page.locator(`[name="account"][value="${computer.account}"]`).check();
		await page.locator('[name="set"][value="33"]').uncheck();
		await page.locator('#agree').click();
		await page.waitForURL(/[?&]back=\d+/);
		await world.row(computer, 'permissionSet33Missing');
		await page.reload();
		expect(await current(page)).toContain('小程序关联管理');
		expect(await page.getByRole('status').innerText()).toContain('keep 小程序关联管理 ticked');
		expect(await findings(page)).toStrictEqual([]);
	});

	it('Once permission set 33 is granted, the page shows that the invitation was sent and who has to agree', async () => {
		await page.getByRole('button', { name: 'Authorize' }).click();
		await page.waitForURL(/\/cgi-bin\/componentloginpage\?/);
		await page.locator('#agree').click();
		await page.waitForURL(/[?&]back=\d+/);
		const row = await world.row(computer, 'invitationSent');
		expect(row).toMatchObject({
			officialAccountAppId: computer.account,
			whoActs: 'officialAccountAdmin',
		});
		await page.reload();
		expect(await current(page)).toContain('The Official Account administrator agrees');
		expect(await findings(page)).toStrictEqual([]);
		await picture(page, 'page-3-invited');
		await world.look();
	});

	it('The page updates itself until the visitor stops that', async () => {
		const answer = await page.reload();
		expect(answer?.headers().refresh).toMatch(/^15; url=\?m=\d+&e=\d+&s=[0-9a-f]{64}/);
		await page.getByRole('link', { name: 'Stop updating' }).click();
		expect((await page.reload())?.headers().refresh ?? '').toBe('');
		await page.getByRole('link', { name: 'Update now' }).click();
		await page.getByText('This page updates itself').waitFor();
	});

	it('The page names the second administrator after the first one has agreed', async () => {
		await world.agree('official-account', computer.account);
		await world.look();
		await world.row(computer, 'pendingMiniProgramAdmin');
		await page.reload();
		expect(await current(page)).toContain('The Mini Program administrator agrees');
	});

	it('The page says linked after both administrators have agreed', async () => {
		await world.agree('mini-program', computer.miniProgram);
		await world.look();
		await world.row(computer, 'linked');
		await page.reload();
		expect(await page.getByRole('status').innerText()).toContain('is linked');
		expect(await page.getByRole('button').count()).toBe(0);
		expect(await findings(page)).toStrictEqual([]);
		await picture(page, 'page-4-linked');
	});

	it('A merchant can authorize the platform on a phone in Chinese', async () => {
		const own = await world.browser(PHONE);
		await own.goto(addresses[phone.name]);
		expect(await own.locator('html').getAttribute('lang')).toBe('zh-CN');
		expect(await isTooWide(own)).toBe(false);
		expect(await findings(own)).toStrictEqual([]);
		await picture(own, 'page-5-phone');
		await own.getByRole('button', { name: '去授权' }).click();
		await own.waitForURL(/\/wxaopen\/safe\/bindcomponent\?/);
		await own.locator(`[name="account"][value="${phone.account}"]`).check();
		await own.locator('#agree').click();
		await own.waitForURL(/[?&]back=\d+/);
		expect(own.url()).toMatch(/#wechat_redirect$/);
		await world.row(phone, 'invitationSent');
		// The page is loaded again after 15 seconds, though its address ends in #wechat_redirect.
		await own.waitForResponse((response) => response.request().isNavigationRequest());
		expect(await current(own)).toContain('公众号管理员同意');
		await picture(own, 'page-6-waiting');
		await own.getByRole('link', { name: 'English' }).click();
		expect(await own.locator('html').getAttribute('lang')).toBe('en');
	});

	it('After a withdrawal, the page says so and has the button again', async () => {
		const own = await world.browser(COMPUTER);
		await world.platform.controls.withdraw(phone.account);
		await world.row(phone, 'withdrawn');
		await own.goto(addresses[phone.name]);
		expect(await own.getByRole('status').innerText()).toContain('withdrawn');
		expect(await own.getByRole('button', { name: 'Authorize' }).count()).toBe(1);
	});
}
