import { setWorkflow } from '../n8n/merchantSet.cts';
import type { Row } from '../n8n/merchantSet.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { mp } from './workflows.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';

const LINK_PATH = '/cgi-bin/wxopen/wxamplink';
const SOON_MS = 60_000;

/** New merchants are linked, and what may be sent again is sent again. */
export function testMorning(merchants: Merchants): void {
	const { world, run } = merchants;
	let accounts: string[];

	/** A row of the nth account and the nth Mini Program. */
	const row = (n: number, merchant: string, more: Row): Row => ({
		merchant,
		officialAccountAppId: accounts[n],
		miniProgramAppId: mp(n),
		state: 'new',
		...more,
	});
	const calls = async () => await world.controls.calls({ path: LINK_PATH });
	const linkedBy = async (work: () => Promise<unknown>) => {
		const before = (await calls()).length;
		await work();
		return (await calls()).slice(before).map(({ account }) => accounts.indexOf(account ?? ''));
	};

	beforeAll(async () => {
		accounts = await world.controls.addAccounts(12, { prefix: 'aa' });
	});

	it('links what is due and nothing else', async () => {
		const later = new Date(Date.now() + SOON_MS).toISOString();
		await merchants.table.fill([
			row(0, 'without a state', { state: null }),
			row(1, 'new', {}),
			row(2, 'authorized', { state: 'authorized' }),
			row(3, 'failed, due', { state: 'failed', retryAt: daysAgo(0.1) }),
			row(4, 'failed, later', { state: 'failed', retryAt: later }),
			row(5, 'failed, for a person', { state: 'failed' }),
			row(6, 'without an account', { officialAccountAppId: null }),
			row(7, 'without a Mini Program', { miniProgramAppId: '' }),
			row(8, 'invited', { state: 'invitationSent', stateSince: daysAgo(2) }),
			row(9, 'linked', { state: 'linked' }),
			row(10, 'refused', { state: 'refused' }),
			row(11, 'without set 33', { state: 'permissionSet33Missing' }),
		]);
		const before = await merchants.table.rows();
		const linked = await linkedBy(async () => await run('everyMorning'));
		expect(linked.sort()).toEqual([0, 1, 2, 3]);

		const after = await merchants.table.rows();
		for (const merchant of ['without a state', 'new', 'authorized', 'failed, due']) {
			expect(after[merchant]).toMatchObject({
				state: 'invitationSent',
				whoActs: 'officialAccountAdmin',
				retryAt: null,
			});
			expect(Date.now() - Date.parse(after[merchant].stateSince ?? '')).toBeLessThan(120_000);
			delete before[merchant];
		}
		expect(after).toMatchObject(before);
	});

	it('keeps in the table what became of each, and sends each to who acts next', async () => {
		const { controls } = world;
		const since = daysAgo(5);
		await controls.setRelation(accounts[0], mp(0), 1);
		await controls.setRelation(accounts[1], mp(1), 12);
		await controls.answerWith({ account: accounts[2], path: LINK_PATH }, { errcode: 61007 });
		await controls.answerWith({ account: accounts[3], path: LINK_PATH }, { errcode: 45009 });
		await controls.answerWith({ account: accounts[4], path: LINK_PATH }, { errcode: 89013 });
		await controls.answerWith({ account: accounts[5], path: LINK_PATH }, { errcode: 61004 });
		await controls.answerWith({ account: accounts[6], path: LINK_PATH }, { errcode: 61003 });
		await controls.answerWith({ account: accounts[8], path: LINK_PATH }, { errcode: 1001 });
		await merchants.table.fill([
			row(0, 'linked', {}),
			row(1, 'pending', {}),
			row(2, 'without set 33', {}),
			row(3, 'day is full', { state: 'failed', retryAt: daysAgo(1), stateSince: since }),
			row(4, 'banned', {}),
			row(5, 'IP address', {}),
			row(6, 'withdrawn', {}),
			row(7, 'no appid', { miniProgramAppId: 'wx-none' }),
			row(8, 'support has to help', {}),
		]);
		const execution = await run('everyMorning');
		await controls.stopAnswering();

		const rows = await merchants.table.rows();
		expect(rows).toMatchObject({
			linked: { state: 'linked', whoActs: 'nobody', retryAt: null },
			pending: { state: 'invitationPending', whoActs: 'officialAccountAdmin' },
			'without set 33': { state: 'permissionSet33Missing', whoActs: 'officialAccountAdmin' },
			'day is full': { state: 'failed', stateSince: since },
			banned: { state: 'failed', whoActs: 'miniProgramAdmin', retryAt: null },
			'IP address': { state: 'failed', whoActs: 'provider' },
			withdrawn: { state: 'withdrawn', whoActs: 'officialAccountAdmin' },
			'no appid': { state: 'failed', whoActs: 'operator' },
		});
		expect(Date.parse(rows['day is full'].retryAt ?? '')).toBeGreaterThan(Date.now());
		expect(rows.banned.hint).not.toBe('');
		const told = (node: string) =>
			itemsOf(execution, node)
				.map(({ merchant, text, hint }) => {
					expect(text).toContain(`${String(merchant)}: `);
					expect(text).toContain(String(hint));
					return merchant;
				})
				.sort();
		expect(told('Ask the merchant')).toEqual(['banned', 'pending', 'withdrawn', 'without set 33']);
		expect(told('Ask the provider')).toEqual(['IP address']);
		expect(told('Look into it')).toEqual(['no appid', 'support has to help']);
		expect(told('Nothing to do yet')).toEqual(['day is full']);
		expect(told('Done')).toEqual(['linked']);
	});

	it('leaves alone a row that another workflow has changed meanwhile', async () => {
		const { controls, running } = world;
		await merchants.table.fill([row(9, 'linked meanwhile', {}), row(10, 'new', {})]);
		await controls.answerWith(
			{ account: accounts[9], path: LINK_PATH },
			{ delayMs: 3000, times: 1 },
		);
		const before = (await calls()).length;
		const workflow = setWorkflow('everyMorning', world.credential);
		await running.saveWorkflow(workflow);
		const execution = await running.startWorkflow(workflow.id);
		const isOnItsWay = async () => ((await calls()).length >= before + 2 ? true : null);
		await waitFor(isOnItsWay, { what: 'both calls to be on their way', timeoutMs: 60_000 });
		await merchants.table.change('linked meanwhile', { state: 'linked' });
		await running.waitForExecution(execution);
		expect(await merchants.table.rows()).toMatchObject({
			'linked meanwhile': { state: 'linked', hint: null },
			new: { state: 'invitationSent' },
		});
	});
}
