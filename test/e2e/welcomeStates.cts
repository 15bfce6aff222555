import type { Page } from 'playwright-core';

import type { Row } from '../n8n/merchantSet.cts';
import { findings, isTooWide } from './axe.cts';
import { STANDINGS } from './welcomeSentences.cts';
import { COMPANY, COMPUTER, MERCHANTS, PHONE } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

const MERCHANT = MERCHANTS[3];
const STEPS = 6;

/** The columns that the operator filled in. */
const AS_ENTERED: Row = {
	whoActs: null,
	hint: 'API 61007: ask the operator',
	stateSince: null,
	officialAccountName: null,
	miniProgramName: null,
	officialAccountAppId: null,
	miniProgramAppId: MERCHANT.miniProgram,
	invitationId: null,
	retryAt: null,
	language: null,
};

const inWords = ({ state, whoActs, miniProgramAppId, stateSince }: Row): string =>
	[
		state || 'no state',
		whoActs && `${whoActs} acts`,
		miniProgramAppId === null && 'no Mini Program',
		stateSince && 'not for the first time',
	]
		.filter(Boolean)
		.join(', ');

/** What the page says for each state of the table, in both languages and on both screens. */
export function testStates(world: WelcomeWorld): void {
	let address: string;
	const pages = {} as Record<'en' | 'zh', Page>;

	beforeAll(async () => {
		address = (await world.addresses())[MERCHANT.name];
		pages.en = await world.browser(COMPUTER);
		pages.zh = await world.browser(PHONE);
	});

	const set = async (row: Row) =>
		await world.table.change(MERCHANT.name, { ...AS_ENTERED, ...row });

	const CASES = STANDINGS.flatMap((standing) =>
		(['en', 'zh'] as const).map((language) => ({
			...standing,
			language,
			words: `${inWords(standing.row)}, in ${language}`,
		})),
	);

	it.each(CASES)(
		'The page says who does what next: $words',
		async ({ row, done, asks, language, ...said }) => {
			const [who, says] = said[language];
			const page = pages[language];
			await set(row);
			await page.goto(address);
			expect(await page.locator('.who').innerText()).toBe(who);
			expect((await page.getByRole('status').innerText()).trim()).toBe(says);
			expect(await page.locator('li.done').count()).toBe(done);
			expect(await page.locator('[aria-current="step"]').count()).toBe(done < STEPS ? 1 : 0);
			expect(await page.locator(`li:nth-child(${done + 1})[aria-current="step"]`).count()).toBe(
				done < STEPS ? 1 : 0,
			);
			expect(await page.getByRole('button').count()).toBe(asks ? 1 : 0);
			expect(await page.locator('body').innerText()).not.toContain(AS_ENTERED.hint);
			expect(await isTooWide(page)).toBe(false);
			expect(await findings(page)).toStrictEqual([]);
		},
	);

	it('The page names the provider, how to reach it, and why it asks', async () => {
		await set({ state: 'new' });
		await pages.en.goto(address);
		const about = pages.en.getByRole('contentinfo');
		expect(await pages.en.getByRole('banner').innerText()).toContain(COMPANY.name);
		expect(await about.innerText()).toContain(`${COMPANY.name} runs a third-party platform`);
		expect(await about.innerText()).toContain('https://mp.weixin.qq.com');
		const contact = about.getByRole('link', { name: COMPANY.contact });
		expect(await contact.getAttribute('href')).toBe(`mailto:${COMPANY.contact}`);
	});

	it('The page names account and Mini Program, by appid until their names are known', async () => {
		const facts = pages.zh.locator('dl');
		await set({ state: 'linked', officialAccountAppId: MERCHANT.account });
		await pages.zh.goto(address);
		expect(await facts.innerText()).toContain(MERCHANT.account);
		expect(await facts.innerText()).toContain(MERCHANT.miniProgram);
		await set({ state: 'linked', officialAccountName: '玉石药房', miniProgramName: 'Jade <& Go>' });
		await pages.zh.reload();
		expect(await facts.innerText()).toContain('玉石药房');
		expect(await facts.innerText()).toContain('Jade <& Go>');
		expect(await facts.innerText()).not.toContain('wx');
	});

	it("The page is in the language of the merchant's row, and offers the other one", async () => {
		const language = async () => await pages.en.locator('html').getAttribute('lang');
		await set({ state: 'new', language: 'zh-CN' });
		await pages.en.goto(address);
		expect(await language()).toBe('zh-CN');
		await pages.en.getByRole('link', { name: 'English' }).click();
		expect(await language()).toBe('en');
		await pages.en.getByRole('link', { name: '中文' }).click();
		expect(await language()).toBe('zh-CN');
	});

	it('After the return from WeChat, the page waits until the row changes', async () => {
		await set({ state: 'permissionSet33Missing' });
		await pages.en.goto(`${address}&back=${Date.now()}`);
		const status = pages.en.getByRole('status');
		expect(await status.innerText()).toContain('waiting for WeChat to confirm');
		expect(await pages.en.getByRole('button').count()).toBe(0);
		await set({ state: 'authorized', stateSince: new Date().toISOString() });
		await pages.en.reload();
		expect(await status.innerText()).toContain('You have authorized');
	});

	it('The page asks again if no authorization comes before the link expires', async () => {
		await set({ state: 'permissionSet33Missing' });
		await pages.en.goto(`${address}&back=${Date.now() - 11 * 60_000}`);
		expect(await pages.en.getByRole('button', { name: 'Authorize' }).count()).toBe(1);
	});

	it('The button works even if the appid in the table is invalid', async () => {
		await set({ state: 'new', officialAccountAppId: 'my account' });
		await pages.en.goto(address);
		await pages.en.getByRole('button', { name: 'Authorize' }).click();
		await pages.en.waitForURL(/\/cgi-bin\/componentloginpage\?/);
		expect(pages.en.url()).not.toContain('biz_appid');
	});

	it('The page can show an image as logo, and loads nothing else', async () => {
		const sign = 'https://images.example.com/sign.png';
		await world.publishWelcome({ ...COMPANY, sign });
		await set({ state: 'linked' });
		const asked = pages.en.waitForRequest(sign);
		await pages.en.goto(address);
		expect((await asked).headers().referer ?? '').toBe('');
		const policy = await pages.en
			.locator('meta[http-equiv="Content-Security-Policy"]')
			.getAttribute('content');
		expect(policy).toBe(
			"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; img-src https://images.example.com",
		);
		await world.publishWelcome(COMPANY);
	});
}
