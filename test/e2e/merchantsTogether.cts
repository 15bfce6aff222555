import { join, resolve } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';

import type { Row } from '../n8n/merchantSet.cts';
import { eventUrlOf } from '../n8n/platform.cts';
import { waitFor } from '../n8n/waitFor.cts';
import type { Relation } from '../sandbox/index.cts';
import { findings, isTooWide } from './axe.cts';
import { useListPages } from './listPages.cts';
import type { Merchants } from './merchantsWorld.cts';
import { itemsOf } from './merchantsWorld.cts';
import { STANDINGS } from './welcomeSentences.cts';
import { COMPUTER, PHONE } from './welcomeWorld.cts';

const PICTURES = process.env.PICTURES;
const TIMEOUT_MS = 60_000;
/** Between two lines of an entry in the work list, in pixels. */
const LINE_GAP = 8;
const EVERYTHING_ITSELF = {};

const SCREENS = [
	{ screen: 'phone', language: 'zh', options: PHONE },
	{ screen: 'desktop', language: 'en', options: COMPUTER },
] as const;

interface Merchant {
	name: string;
	account: string;
	accountName: string;
	miniProgram: string;
	miniProgramName: string;
	language: 'zh-CN' | 'en';
	/** The state at the end: in WeChat's list, in the row, and in the work list. */
	status: Relation['status'] | null;
	row: Required<Pick<Row, 'state' | 'whoActs'>>;
	group: 'mine' | 'merchant' | 'weChat' | null;
}

const merchant = (n: number, name: string, more: Omit<Merchant, NamesAndIds>): Merchant => ({
	name,
	account: `wx0000000000000e0${n}`,
	accountName: `${name}服务号`,
	miniProgram: `wx0000000000000f0${n}`,
	miniProgramName: `${name}点单`,
	...more,
});
type NamesAndIds = 'name' | 'account' | 'accountName' | 'miniProgram' | 'miniProgramName';

const QUICK = merchant(1, '快客便利', {
	language: 'zh-CN',
	status: 1,
	row: { state: 'linked', whoActs: 'nobody' },
	group: null,
});
const SLOW = merchant(2, 'Slow Roast Coffee', {
	language: 'en',
	status: 2,
	row: { state: 'pendingMiniProgramAdmin', whoActs: 'miniProgramAdmin' },
	group: 'merchant',
});
const REFUSES = merchant(3, '老城面包房', {
	language: 'zh-CN',
	status: 3,
	row: { state: 'refused', whoActs: 'operator' },
	group: 'mine',
});
const WITHDRAWS = merchant(4, 'Lotus Tea House', {
	language: 'en',
	status: 12,
	row: { state: 'withdrawn', whoActs: 'officialAccountAdmin' },
	group: 'merchant',
});
const UNTIES = merchant(5, '翡翠药房', {
	language: 'zh-CN',
	status: null,
	row: { state: 'removed', whoActs: 'operator' },
	group: 'mine',
});
const ALL = [QUICK, SLOW, REFUSES, WITHDRAWS, UNTIES];
const CASES = ALL.map((one) => ({ ...one, state: one.row.state }));

async function picture(page: Page, name: string): Promise<void> {
	if (PICTURES === undefined) return;
	await page.screenshot({ path: join(resolve(PICTURES), `${name}.png`), fullPage: true });
}

/** The whole set with five merchants: everybody reads what WeChat says. */
export function testTogether(merchants: Merchants): void {
	const { world } = merchants;
	const pages = useListPages(merchants, EVERYTHING_ITSELF);
	let addresses: Record<string, string>;
	let before: Record<string, Row>;

	const browser = async (options: BrowserContextOptions): Promise<Page> =>
		await (await pages.browser.newContext(options)).newPage();
	const row = async ({ name }: Merchant, state: string): Promise<Row> =>
		await merchants.table.rowIn(state, name, TIMEOUT_MS);
	const bothAgree = async ({ account, miniProgram }: Merchant) => {
		await world.controls.officialAccountAdminAgrees(account, miniProgram);
		await world.controls.miniProgramAdminAgrees(account, miniProgram);
	};
	const invited = async ({ account, miniProgram }: Merchant) =>
		await waitFor(async () => await world.controls.relation(account, miniProgram), {
			what: 'the invitation',
			timeoutMs: TIMEOUT_MS,
		});

	/** Makes the link trigger poll now, and waits until the table has its events. */
	async function look(): Promise<void> {
		const { running } = world;
		const { id } = merchants.workflow('followed');
		const before = (await running.executionIds(id)).length;
		await running.deactivateWorkflow(id);
		await running.activateWorkflow(id);
		const hasLooked = async () => ((await running.executionIds(id)).length > before ? true : null);
		await waitFor(hasLooked, { what: 'news from the link trigger', timeoutMs: TIMEOUT_MS });
		await running.untilIdle(id);
	}

	/** Goes from the merchant's page to WeChat's and back. */
	async function authorize({ name, account, language }: Merchant): Promise<void> {
		const isPhone = language === 'zh-CN';
		const page = await browser(isPhone ? PHONE : COMPUTER);
		await page.goto(addresses[name]);
		await page.getByRole('button', { name: isPhone ? '去授权' : 'Authorize' }).click();
		await page.locator(`[name="account"][value="${account}"]`).check();
		await page.locator('#agree').click();
		await page.waitForURL(/[?&]back=\d+/);
		await page.context().close();
	}

	beforeAll(async () => {
		const { controls, running } = world;
		for (const { account, accountName, miniProgram, miniProgramName } of ALL) {
			await controls.addAccount({ appId: account, name: accountName, status: 'none' });
			await controls.addMiniProgram({ appId: miniProgram, nickname: miniProgramName });
		}
		await controls.changePlatform({ redirectDomain: new URL(running.url).host });
		await merchants.table.fill(
			ALL.map(({ name, miniProgram, language }) => ({
				merchant: name,
				miniProgramAppId: miniProgram,
				language,
				state: 'new',
			})),
		);
		merchants.send(merchants.robots.sending('weCom'));
		await merchants.publish('refresh', 'addresses', 'send', 'authorized', 'welcome', 'followed');
		await pages.lists.publish(pages.lists.workflow('today'));
		await controls.setEventUrl(eventUrlOf(running, merchants.workflow('authorized')));
		const given = itemsOf(
			await merchants.run('addresses', { trigger: 'Start by hand' }),
			'Addresses',
		);
		addresses = Object.fromEntries(
			given.map(({ merchant: name, address }) => [name, `${address}`]),
		);

		for (const one of [SLOW, REFUSES, WITHDRAWS, UNTIES]) {
			await authorize(one);
			await row(one, 'invitationSent');
		}
		await bothAgree(UNTIES);
		await look();
		await row(UNTIES, 'linked');
		// The link trigger polls again in a quarter of an hour, so it misses what follows.
		await authorize(QUICK);
		await invited(QUICK);
		await bothAgree(QUICK);
		await controls.officialAccountAdminAgrees(SLOW.account, SLOW.miniProgram);
		await controls.officialAccountAdminAgrees(REFUSES.account, REFUSES.miniProgram);
		await controls.miniProgramAdminRefuses(REFUSES.account, REFUSES.miniProgram);
		await controls.officialAccountAdminUnlinks(UNTIES.account, UNTIES.miniProgram);
		await controls.withdraw(WITHDRAWS.account);
		await row(WITHDRAWS, 'withdrawn');
		for (const name of ['authorized', 'followed']) {
			await running.untilIdle(merchants.workflow(name).id);
		}
		before = await merchants.table.rows();
		await merchants.run('refresh', { trigger: 'Start by hand' });
	});

	afterAll(async () => {
		for (const name of ['authorized', 'followed']) {
			await world.running.deactivateWorkflow(merchants.workflow(name).id);
		}
		await world.listen();
		merchants.robots.take();
	});

	it('Before the refresh, three merchants have an outdated state in the table', () => {
		for (const { name, row: wanted } of [SLOW, REFUSES, UNTIES]) {
			expect(before[name].state).not.toBe(wanted.state);
		}
	});

	it.each(CASES)('After one refresh, $name is $state in WeChat and in the table', async (one) => {
		const relation = await world.controls.relation(one.account, one.miniProgram);
		expect(relation?.status ?? null).toBe(one.status);
		expect((await merchants.table.rows())[one.name]).toMatchObject({
			...one.row,
			officialAccountAppId: one.account,
			officialAccountName: one.accountName,
		});
	});

	describe.each(SCREENS)('On a $screen, in $language', ({ screen, language, options }) => {
		it.each(CASES)('The page of $name says what $state means', async ({ name, row: wanted }) => {
			const standing = STANDINGS.find(
				({ row: one }) => one.state === wanted.state && one.whoActs === wanted.whoActs,
			);
			const [who, says] = standing?.[language] ?? [];
			const page = await browser(options);
			await page.goto(`${addresses[name]}&lang=${language}`);
			await picture(page, `together-${wanted.state}-${screen}-${language}`);
			expect(await page.locator('.who').innerText()).toBe(who);
			expect((await page.getByRole('status').innerText()).trim()).toBe(says);
			expect(await isTooWide(page)).toBe(false);
			expect(await findings(page)).toStrictEqual([]);
			await page.context().close();
		});
	});

	it('The work list groups merchants by whose turn it is, and leaves out linked ones', async () => {
		const page = await pages.open('today');
		for (const turn of ['mine', 'merchant', 'weChat']) {
			const names = await page.locator(`section.${turn} h3`).allInnerTexts();
			const wanted = ALL.filter(({ group }) => group === turn).map(({ name }) => name);
			expect(names.sort()).toEqual(wanted.sort());
		}
		expect(await page.getByRole('alert').allInnerTexts()).toEqual([]);
	});

	it('The work list says once how to invite again, close to the name', async () => {
		const page = await pages.open('today');
		for (const entry of await page.locator('section.mine li').all()) {
			expect(await entry.locator('.do').innerText()).toMatch(/set the state of the row to new\.$/);
			const [name, state] = [entry.locator('h3'), entry.locator('.state')];
			const [above, below] = [await name.boundingBox(), await state.boundingBox()];
			const gap = (below?.y ?? NaN) - (above?.y ?? NaN) - (above?.height ?? NaN);
			expect(gap).toBeLessThan(LINE_GAP);
		}
	});

	it('The work list of these merchants fits a phone and a desktop, and axe finds no violation', async () => {
		const none = { 'on a phone of 390 px': [], 'on a desktop': [] };
		expect(await pages.faults('today')).toStrictEqual(none);
		for (const [screen, width] of [
			['phone', 390],
			['desktop', 1280],
		] as const) {
			const page = await pages.open('today', { width });
			await picture(page, `together-today-${screen}`);
			for (const summary of await page.locator('summary').all()) await summary.click();
			await picture(page, `together-today-${screen}-addresses`);
			await page.context().close();
		}
	});

	it('Each address in the work list is signed and opens the page of its merchant', async () => {
		const page = await pages.open('today');
		const listed = ALL.filter(({ group }) => group !== null);
		for (const { name } of listed) {
			const entry = page.locator('li').filter({ has: page.getByRole('heading', { name }) });
			await entry.locator('summary').click();
			const link = entry.getByRole('link');
			expect(await link.getAttribute('href')).toMatch(/&s=[0-9a-f]{64}$/);
			await link.click();
			await page.locator('.who').waitFor();
			expect(await page.title()).toContain(`${name}: `);
			await page.goBack();
		}
		expect(await page.locator('.address').count()).toBe(listed.length);
	});

	it('The morning message has the same merchants, each with the address of its page', async () => {
		merchants.robots.take();
		const { error } = await world.running.runWorkflow('wechatToday', { trigger: 'Every morning' });
		expect(error).toBeFalsy();
		const text = merchants.robots.take().join('\n');
		expect(text).not.toContain('undefined');
		expect(text).not.toContain(`· ${QUICK.name}`);
		for (const { name } of ALL.filter(({ group }) => group !== null)) {
			expect(text).toContain(`· ${name}`);
		}
		expect(text.match(/\/webhook\/wechat-merchant\?m=\d+&e=\d+&s=[0-9a-f]{64}$/gm)).toHaveLength(4);
	});

	it('The next poll of the link trigger changes no row', async () => {
		const states = async () =>
			Object.values(await merchants.table.rows()).map(
				({ merchant: name, state, whoActs, stateSince }) => [name, state, whoActs, stateSince],
			);
		const afterRefresh = await states();
		await look();
		expect(await states()).toEqual(afterRefresh);
	});
}
