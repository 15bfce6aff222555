import type { Page } from 'playwright-core';

import { MerchantLists, withFields } from '../n8n/merchantLists.cts';
import type { Answer } from '../n8n/merchantLists.cts';
import type { Row } from '../n8n/merchantSet.cts';
import { useListPages } from './listPages.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { mp } from './workflows.cts';

const ACCOUNT = 'wx00000000000000f1';
const HOSTILE = `<img src=x onerror=alert(1)> $& {{ $json.total }} "quoted"`;
const MESSAGE_BYTES = 6000;

type Turn = 'mine' | 'merchant' | 'weChat';

/** Whose turn it is, for each state of the table and each person who acts. */
const TURNS: Array<[turn: Turn | 'nobody', merchant: string, row: Row]> = [
	['merchant', 'new, without an account', { state: 'new', officialAccountAppId: null }],
	['merchant', 'empty, without an account', { state: null, officialAccountAppId: '' }],
	['weChat', 'new, to be sent next morning', { state: 'new', stateSince: daysAgo(0.5) }],
	['mine', 'new, never sent', { state: 'new', stateSince: daysAgo(4) }],
	['weChat', 'authorized', { state: 'authorized', stateSince: daysAgo(0.5), whoActs: 'operator' }],
	['mine', 'authorized, never sent', { state: 'authorized', stateSince: daysAgo(4) }],
	['merchant', 'without set 33', { state: 'permissionSet33Missing' }],
	['merchant', 'invited', { state: 'invitationSent', whoActs: 'officialAccountAdmin' }],
	['merchant', 'invited before', { state: 'invitationPending', whoActs: 'miniProgramAdmin' }],
	['merchant', 'invited before, by nobody knows whom', { state: 'invitationPending' }],
	['merchant', 'the first agrees', { state: 'pendingOfficialAccountAdmin', whoActs: 'nobody' }],
	['merchant', 'the second agrees', { state: 'pendingMiniProgramAdmin' }],
	['nobody', 'linked', { state: 'linked', whoActs: 'nobody' }],
	['mine', 'refused', { state: 'refused', whoActs: 'miniProgramAdmin' }],
	['mine', 'removed', { state: 'removed', whoActs: null }],
	['merchant', 'withdrawn', { state: 'withdrawn' }],
	['mine', 'failed, the provider', { state: 'failed', whoActs: 'provider', retryAt: daysAgo(-1) }],
	['mine', 'failed, the operator', { state: 'failed', whoActs: 'operator' }],
	['merchant', 'failed, the first', { state: 'failed', whoActs: 'officialAccountAdmin' }],
	['merchant', 'failed, the second', { state: 'failed', whoActs: 'miniProgramAdmin' }],
	['weChat', 'failed, WeChat', { state: 'failed', whoActs: 'weChat' }],
	['weChat', 'failed, sent again', { state: 'failed', whoActs: 'nobody', retryAt: daysAgo(-1) }],
	['mine', 'failed, and nobody knows', { state: 'failed', whoActs: null }],
	['mine', 'a state that is none', { state: 'somethingElse', whoActs: 'weChat' }],
	['mine', 'without a Mini Program', { state: 'new', miniProgramAppId: null }],
	['mine', 'without an account', { state: 'authorized', officialAccountAppId: ' ' }],
	['mine', 'one appid twice', { state: 'invitationSent', miniProgramAppId: ACCOUNT }],
];

/** Replaces the refresh, and finds a link that is not in the table yet. */
const FINDS_THE_LINK: Answer = {
	type: 'n8n-nodes-base.dataTable',
	typeVersion: 1.1,
	parameters: {
		resource: 'row',
		operation: 'update',
		dataTableId: { __rl: true, mode: 'name', value: 'WeChat merchants' },
		matchType: 'allConditions',
		filters: { conditions: [{ keyName: 'merchant', condition: 'eq', keyValue: 'quick' }] },
		columns: { mappingMode: 'defineBelow', value: { state: 'linked' }, schema: [] },
		options: {},
	},
};

/** The work list: one message each morning, and a page at any time. */
export function testToday(merchants: Merchants): void {
	const pages = useListPages(merchants);

	const row = (merchant: string, more: Row = {}): Row => ({
		merchant,
		officialAccountAppId: ACCOUNT,
		miniProgramAppId: mp(1),
		stateSince: daysAgo(1.5),
		...more,
	});
	const waiting = (merchant: string, more: Row = {}) =>
		row(merchant, { state: 'pendingOfficialAccountAdmin', ...more });
	const morning = async () => {
		const { world } = merchants;
		await world.running.saveWorkflow(pages.lists.workflow('today'));
		return await world.running.runWorkflow('wechatToday');
	};
	const message = async () => String(itemsOf(await morning(), 'Send')[0].text);
	const namesOf = async (page: Page, turn: string): Promise<string[]> =>
		await page.locator(`section.${turn} h3`).allInnerTexts();

	beforeAll(async () => await pages.lists.publish(pages.lists.workflow('today')));

	it('The work list says whose turn it is for every state', async () => {
		await merchants.table.fill(TURNS.map(([, merchant, more]) => row(merchant, more)));
		const page = await pages.open('today');
		for (const turn of ['mine', 'merchant', 'weChat']) {
			const expected = TURNS.filter(([whose]) => whose === turn).map(([, merchant]) => merchant);
			expect((await namesOf(page, turn)).sort()).toEqual(expected.sort());
		}
		const words = await page.locator('body').innerText();
		for (const raw of ['officialAccountAdmin', 'miniProgramAdmin', 'undefined', 'null', 'NaN']) {
			expect(words).not.toContain(raw);
		}
		expect(await page.locator('li:not(:has(.do))').allInnerTexts()).toStrictEqual([]);
	});

	it('The page of the work list needs a login', async () => {
		const address = pages.lists.address('today');
		const answer = await fetch(address);
		expect(answer.status).toBe(401);
		expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
		const wrong = `Basic ${Buffer.from('operator:guess').toString('base64')}`;
		const refused = await fetch(address, { headers: { authorization: wrong } });
		expect(refused.status).toBe(401);
		expect(await refused.text()).not.toContain('<html');
		const { authorization } = MerchantLists;
		const shown = await fetch(address, { headers: { authorization } });
		expect(shown.headers.get('content-type')).toBe('text/html; charset=utf-8');
		expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
	});

	it('An entry of the work list has names, days, the next step, and the address to forward', async () => {
		await merchants.table.fill([
			row('Lotus', {
				state: 'refused',
				stateSince: daysAgo(9.5),
				officialAccountName: '荷花服务号',
				miniProgramName: '荷花点单',
				hint: 'Talk to them first.',
			}),
			row('Without names', { state: 'removed', username: 'gh_0000000000b1' }),
		]);
		const page = await pages.open('today');
		const [lotus, other] = await page.locator('section.mine li').all();
		const text = await lotus.innerText();
		for (const part of ['Lotus', '荷花服务号', '荷花点单', '9 天 days', 'Talk to them first.']) {
			expect(text).toContain(part);
		}
		expect(text).toContain('set state back to new');
		expect(text).not.toContain(ACCOUNT);
		expect(await other.innerText()).toContain(ACCOUNT);
		await lotus.locator('summary').click();
		expect(await lotus.locator('.address').innerText()).toMatch(
			/\/webhook\/wechat-merchant\?m=\d+&/,
		);
	});

	it("The work list counts days in Beijing whatever n8n's time zone, because an import loses the workflow's settings", async () => {
		const { settings, ...imported } = pages.lists.workflow('today');
		expect(settings?.timezone).toBe('Asia/Shanghai');
		await merchants.table.fill([waiting('late', { stateSince: '2026-01-01T20:00:00.000Z' })]);
		await pages.lists.publish({ ...imported, settings: { timezone: 'America/New_York' } });
		const page = await pages.open('today');
		expect(await page.locator('li time').innerText()).toBe('2026-01-02');
		await pages.lists.publish(pages.lists.workflow('today'));
	});

	it('The work list shows values of the table as text, never as HTML', async () => {
		const hostile = { hint: HOSTILE, officialAccountName: HOSTILE, miniProgramName: HOSTILE };
		await merchants.table.fill([row(HOSTILE, { state: HOSTILE, whoActs: HOSTILE, ...hostile })]);
		const page = await pages.open('today');
		expect(await page.locator('img, script').count()).toBe(0);
		expect(await namesOf(page, 'mine')).toEqual([HOSTILE]);
		expect(await message()).toContain(HOSTILE);
	});

	it('The work list passes axe and fits the screen, with rows and without', async () => {
		const long = 'a-name-without-a-place-to-break-it-'.repeat(4);
		await merchants.table.fill([
			...TURNS.map(([, merchant, more]) => row(merchant, more)),
			row(HOSTILE, { state: 'failed', whoActs: 'provider', miniProgramName: long, hint: long }),
		]);
		const none = { 'on a phone of 390 px': [], 'on a desktop': [] };
		expect(await pages.faults('today')).toStrictEqual(none);
		await merchants.table.fill([]);
		expect(await pages.faults('today')).toStrictEqual(none);
	});

	it('The work list says "None" in each section when nobody has to act', async () => {
		await merchants.table.fill([row('done', { state: 'linked' })]);
		const page = await pages.open('today');
		expect(await page.locator('section').allInnerTexts()).toHaveLength(3);
		expect(await page.locator('section .none').allInnerTexts()).toEqual(
			Array.from({ length: 3 }, () => '没有 None'),
		);
		expect((await message()).match(/None/g)).toHaveLength(3);
		await merchants.table.fill([]);
		expect((await message()).match(/None/g)).toHaveLength(3);
	});

	it('Each morning the workflow asks WeChat and then sends the team one message', async () => {
		await merchants.table.fill([waiting('quick'), waiting('slow')]);
		await pages.lists.answer('wechatRefresh', FINDS_THE_LINK);
		const sent = itemsOf(await morning(), 'Send');
		expect(sent).toHaveLength(1);
		expect(sent[0]).toMatchObject({ to: 'team', subject: expect.stringContaining('Work list') });
		expect(sent[0].text).toContain('slow');
		expect(sent[0].text).not.toContain('quick');
		expect(sent[0].text).toContain('/webhook/wechat-today');
		expect(sent[0].text).toContain('/webhook/wechat-merchant?m=');
	});

	it('The page of the work list shows when WeChat was asked, and asks again on request', async () => {
		await merchants.table.fill([waiting('quick'), waiting('slow')]);
		const page = await pages.open('today');
		const asked = page.locator('header time');
		const first = await asked.getAttribute('datetime');
		expect(await namesOf(page, 'merchant')).toEqual(['quick', 'slow']);
		await page.reload();
		expect(await asked.getAttribute('datetime')).toBe(first);
		await page.getByRole('link', { name: 'Ask now' }).click();
		await page.waitForURL(/refresh=1/);
		expect(await namesOf(page, 'merchant')).toEqual(['slow']);
		const second = await asked.getAttribute('datetime');
		expect(Date.parse(second ?? '')).toBeGreaterThan(Date.parse(first ?? ''));
		await pages.lists.answer('wechatRefresh');
	});

	it('When WeChat cannot be asked or addresses cannot be made, the work list shows the table and says why', async () => {
		const stops = (errorMessage: string): Answer => ({
			type: 'n8n-nodes-base.stopAndError',
			typeVersion: 1,
			parameters: { errorMessage },
		});
		await merchants.table.fill([waiting('slow')]);
		await pages.lists.answer('wechatRefresh', stops('The platform has no ticket'));
		await pages.lists.answer('wechatAddresses', stops('No secret'));
		const page = await pages.open('today', { query: '?refresh=1' });
		expect(await namesOf(page, 'merchant')).toEqual(['slow']);
		const alerts = (await page.getByRole('alert').allInnerTexts()).join('\n');
		expect(alerts).toContain('WeChat could not be asked');
		expect(alerts).toContain('The platform has no ticket');
		expect(alerts).toContain('see the node Addresses');
		const text = await message();
		expect(text).toContain('WeChat could not be asked');
		expect(text).toContain('slow');
		await pages.lists.answer('wechatRefresh');
		await pages.lists.answer('wechatAddresses');
	});

	it('The work list says for how many rows WeChat gave no status', async () => {
		await merchants.table.fill([waiting('asked'), waiting('not asked')]);
		const rows = (value: string): Answer => ({
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: {
				jsCode: `return [0, 1].map((id) => ({ json: { id: id + 1, officialAccountAppId: 'a', miniProgramAppId: 'b', state: 'invitationSent', asked: ${value} } }));`,
			},
		});
		await pages.lists.answer('wechatRefresh', rows('id === 0'));
		const page = await pages.open('today', { query: '?refresh=1' });
		const alert = page.getByRole('alert');
		expect(await alert.innerText()).toContain('no status for 1 rows');
		expect(await message()).toContain('no status for 1 rows');
		await pages.lists.answer('wechatRefresh', rows('false'));
		await page.reload();
		expect(await alert.innerText()).toContain('WeChat could not be asked');
		await pages.lists.answer('wechatRefresh');
	});

	it('The work list does not repeat what the hint of a row says', async () => {
		const hint = 'Talk to them first; when they agree, set the state of the row to new.';
		await merchants.table.fill([row('refused', { state: 'refused', hint })]);
		const page = await pages.open('today');
		expect(await page.locator('.do').innerText()).toBe(hint);
	});

	it('The workflow of the work list fails when its message was not sent, and says why', async () => {
		await pages.lists.answer('wechatSend', withFields({ sent: false, problem: 'robot: 93000' }));
		const { error } = await morning();
		expect(JSON.stringify(error)).toContain('robot: 93000');
		await pages.lists.answer('wechatSend');
	});

	it('The page of the work list shows all of 500 merchants, and the message as many as fit', async () => {
		const many = Array.from({ length: 500 }, (_, n) =>
			waiting(`商家 ${n}`, { miniProgramAppId: mp(n), hint: 'A template message is in WeChat.' }),
		);
		await merchants.table.fill([...many, row('刚刚拒绝', { state: 'refused' })]);
		const text = await message();
		expect(Buffer.byteLength(text)).toBeLessThan(MESSAGE_BYTES);
		expect(text).toContain('刚刚拒绝');
		const shown = text.match(/· 商家 \d+/g)?.length ?? 0;
		expect(shown).toBeGreaterThan(0);
		expect(text).toContain(`${500 - shown} more in the whole list`);
		const page = await pages.open('today');
		expect(await namesOf(page, 'merchant')).toHaveLength(500);
	});
}
