import type { IDataObject } from 'n8n-workflow';

import { MerchantLists, withFields } from '../n8n/merchantLists.cts';
import { setFile } from '../n8n/merchantSet.cts';
import type { Row } from '../n8n/merchantSet.cts';
import { useListPages } from './listPages.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { LINK, mp } from './workflows.cts';

const HOSTILE = `<img src=x onerror=alert(1)> $& {{ $json.total }} "quoted"`;
const ACCOUNTS_SHOWN = 20;

interface Quota extends IDataObject {
	officialAccountAppId: string;
	used: number | null;
	dailyLimit: number | null;
	problem: string;
}

/** The weekly report: a page at any time, a message and a file each Monday. */
export function testReport(merchants: Merchants): void {
	const pages = useListPages(merchants);
	let account: string;

	const row = (n: number, more: Row = {}): Row => ({
		merchant: `merchant ${n}`,
		officialAccountAppId: account,
		miniProgramAppId: mp(n),
		...more,
	});
	const monday = async () => {
		const { world } = merchants;
		await world.running.saveWorkflow(pages.lists.workflow('weeklyReport'));
		return await world.running.runWorkflow('wechatWeeklyReport');
	};
	const quotas = async () => itemsOf(await monday(), 'Figures')[0].quotas as Quota[];

	beforeAll(async () => {
		[account] = await merchants.world.controls.addAccounts(1, { prefix: 'ab' });
		await pages.lists.publish(pages.lists.workflow('weeklyReport'));
	});

	it('The weekly report counts merchants by state and by whose turn it is, in words beside the colors', async () => {
		await merchants.table.fill([
			...Array.from({ length: 4 }, (_, n) => row(n, { state: 'linked', stateSince: daysAgo(40) })),
			row(4, { state: 'pendingOfficialAccountAdmin', stateSince: daysAgo(9.5) }),
			row(5, { state: 'failed', whoActs: 'provider', stateSince: daysAgo(20.5) }),
			row(6, { state: 'failed', whoActs: 'miniProgramAdmin', stateSince: daysAgo(20.5) }),
			row(7, { state: null }),
			row(8, { state: 'refused', whoActs: 'operator', stateSince: daysAgo(30) }),
			row(9, { state: 'removed', stateSince: daysAgo(30) }),
			row(10, { state: 'somethingElse', stateSince: daysAgo(30) }),
		]);
		const page = await pages.open('weeklyReport');
		const [states, changes] = await page.locator('section').allInnerTexts();
		const shown = states.replaceAll(/\s+/g, ' ');
		expect(shown).toMatch(
			/我方处理 Your turn 4 .*Refused 1 .*Removed 1 .*Not successful 1 .*等待商家或微信 Waiting for the merchant or WeChat 3 .*New 1 .*administrator 1 .*Not successful 1 .*已完成 Done 4 已关联 Linked 4/,
		);
		expect(shown).toContain('somethingElse 1');
		expect(await page.locator('header').innerText()).toContain('11');
		expect(changes).toContain('没有 None');
		const work = page.getByRole('link', { name: 'Work list' });
		expect(await work.getAttribute('href')).toMatch(/\/webhook\/wechat-today$/);
	});

	it('The weekly report and the work list decide whose turn it is with the same code', () => {
		const linesOf = (name: string, node: string) => {
			const { parameters } = setFile(name).nodes.find((one) => one.name === node) ?? {};
			const code = String(parameters?.jsCode);
			return code.slice(code.indexOf('// Whose turn'), code.indexOf('const GROUP_OF'));
		};
		expect(linesOf('today', 'Work list')).toContain('function whoseTurn');
		expect(linesOf('weeklyReport', 'Figures')).toBe(linesOf('today', 'Work list'));
	});

	it('The weekly report lists the changes of the last seven days by state', async () => {
		await merchants.table.fill([
			row(1, { merchant: 'just linked', state: 'linked', stateSince: daysAgo(2) }),
			row(2, { merchant: 'linked long ago', state: 'linked', stateSince: daysAgo(8) }),
			row(3, { merchant: 'said no', state: 'refused', stateSince: daysAgo(6.5) }),
			...Array.from({ length: 25 }, (_, n) =>
				row(100 + n, { state: 'invitationSent', stateSince: daysAgo(1) }),
			),
		]);
		const page = await pages.open('weeklyReport');
		const changes = (await page.locator('section').nth(1).innerText()).replaceAll(/\s+/g, ' ');
		expect(changes).toMatch(
			/Invitation sent 25 .*and 5 more .*Linked 1 just linked .*Refused 1 said no/,
		);
		expect(changes).not.toContain('linked long ago');
	});

	it('The weekly report shows values from outside as text, never as HTML', async () => {
		await merchants.table.fill([
			row(1, { merchant: HOSTILE, state: HOSTILE, stateSince: daysAgo(1) }),
			row(2, { officialAccountName: HOSTILE }),
		]);
		const page = await pages.open('weeklyReport');
		expect(await page.locator('img, script').count()).toBe(0);
		const words = await page.locator('main').innerText();
		expect(words.split(HOSTILE)).toHaveLength(5);
	});

	it('The weekly report shows the quota of each account, or why WeChat does not give it', async () => {
		const { controls } = merchants.world;
		const [most, less, closed] = await controls.addAccounts(3, { prefix: 'ae' });
		await controls.setApiLimit(LINK, { callsPerDay: 50 });
		await controls.setAccountStatus(closed, 'withdrawn');
		const of = (officialAccountAppId: string, n: number, more: Row = {}) =>
			row(n, { officialAccountAppId, state: 'linked', ...more });
		await merchants.table.fill([
			...[5, 6, 7].map((n) => row(n, { officialAccountAppId: null, state: 'new' })),
			of(less, 1),
			of(closed, 2),
			of(most, 3),
			of(most, 4, { officialAccountName: '艾达茶馆' }),
		]);
		const found = await quotas();
		expect(found.map(({ officialAccountAppId }) => officialAccountAppId)).toEqual([
			most,
			less,
			closed,
		]);
		expect(found[0]).toMatchObject({ name: '艾达茶馆', dailyLimit: 50, problem: '' });
		expect(found[2]).toMatchObject({ used: null, dailyLimit: null });
		expect(found[2].problem).toContain('authorization link');
		const page = await pages.open('weeklyReport');
		const [first, , last] = await page.locator('section').nth(2).locator('li').allInnerTexts();
		expect(first).toContain('艾达茶馆');
		expect(first).toContain('/ 50');
		expect(last).toContain(closed);
		expect(last).toContain('authorization link');
	});

	it('The weekly report shows the quota of at most 20 accounts, and says how many it leaves out', async () => {
		const many = await merchants.world.controls.addAccounts(23, { prefix: 'af' });
		const rowsOf = (accounts: string[]) =>
			accounts.map((officialAccountAppId, n) => row(n, { officialAccountAppId, state: 'linked' }));
		await merchants.table.fill([
			...rowsOf(many.slice(0, 10)),
			row(99, { officialAccountAppId: null }),
		]);
		expect(await quotas()).toHaveLength(10);
		await merchants.table.fill(rowsOf(many));
		const page = await pages.open('weeklyReport');
		const quota = page.locator('section').nth(2);
		expect(await quota.locator('li').count()).toBe(ACCOUNTS_SHOWN);
		expect(await quota.innerText()).toContain('3 more accounts are not shown');
	});

	it('The weekly report passes axe and fits the screen, with rows and without', async () => {
		const none = { 'on a phone of 390 px': [], 'on a desktop': [] };
		expect(await pages.faults('weeklyReport')).toStrictEqual(none);
		const long = 'a-name-without-a-place-to-break-it-'.repeat(4);
		await merchants.table.fill([
			row(1, { merchant: long, state: 'failed', whoActs: 'provider', stateSince: daysAgo(1) }),
			row(2, { officialAccountName: long, state: 'linked', stateSince: daysAgo(1) }),
			row(3, { state: 'pendingMiniProgramAdmin', stateSince: daysAgo(1) }),
		]);
		expect(await pages.faults('weeklyReport')).toStrictEqual(none);
		await merchants.table.fill([]);
		expect(await pages.faults('weeklyReport')).toStrictEqual(none);
	});

	it('The weekly report of an empty table says "None" in each section', async () => {
		await merchants.table.fill([]);
		const page = await pages.open('weeklyReport');
		const sections = await page.locator('section').allInnerTexts();
		expect(
			sections.map((text) =>
				text
					.split('\n')
					.filter((line) => line.trim())
					.at(-1),
			),
		).toEqual(Array.from({ length: 3 }, () => '没有 None'));
	});

	it('The page of the weekly report needs a login', async () => {
		const address = pages.lists.address('weeklyReport');
		expect((await fetch(address)).status).toBe(401);
		const { authorization } = MerchantLists;
		const shown = await fetch(address, { headers: { authorization } });
		expect(shown.headers.get('content-type')).toBe('text/html; charset=utf-8');
	});

	it('On Monday the team gets the figures as a message and as a file that opens as a page', async () => {
		await merchants.table.fill([
			row(1, { merchant: '艾达茶馆', state: 'linked', stateSince: daysAgo(1) }),
			row(2, { state: 'refused', stateSince: daysAgo(1) }),
		]);
		const execution = await monday();
		const sent = itemsOf(execution, 'Send');
		expect(sent).toHaveLength(1);
		expect(sent[0]).toMatchObject({
			to: 'team',
			subject: expect.stringContaining('Weekly report'),
		});
		expect(sent[0].text).toMatch(/Your turn: 1\n.*\nDone: 1\n.*Linked 1, Refused 1/);
		expect(sent[0].text).toContain('/webhook/wechat-weekly-report');
		const { data } = execution.nodes['The file'].outputs[0][0].binary ?? {};
		expect(data?.mimeType).toBe('text/html; charset=utf-8');
		expect(data?.fileName).toMatch(/^weekly-report-\d{4}-\d\d-\d\d\.html$/);
		const html = await merchants.world.running.readFile(data?.id ?? '');
		expect(html).toMatch(/^<!DOCTYPE html>[\s\S]*<meta charset="utf-8">[\s\S]*艾达茶馆/);
		expect(html).not.toMatch(/<script|src=/);
	});

	it('The workflow of the weekly report fails when its message was not sent, and says why', async () => {
		await pages.lists.answer('wechatSend', withFields({ sent: false, problem: 'robot: 93000' }));
		const { error } = await monday();
		expect(JSON.stringify(error)).toContain('robot: 93000');
		await pages.lists.answer('wechatSend');
	});
}
