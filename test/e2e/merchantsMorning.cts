import type { Row } from '../n8n/merchantSet.cts';
import { LINK, LIST, mp } from './workflows.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';

const SOON_MS = 60_000;

/** The workflow that links new merchants, and sends failed items again when they are due. */
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
	const calls = async () => await world.controls.calls({ path: LINK });
	const linkedBy = async (work: () => Promise<unknown>) => {
		const before = (await calls()).length;
		await work();
		return (await calls()).slice(before).map(({ account }) => accounts.indexOf(account ?? ''));
	};

	afterEach(() => void merchants.robots.take());
	beforeAll(async () => {
		accounts = await world.controls.addAccounts(12, { prefix: 'aa' });
		await world.controls.grant(accounts[11], [1]);
	});

	it('The morning run links the rows that are due and no others', async () => {
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
		await world.controls.setRelation(accounts[8], mp(8), 12);
		await world.controls.setRelation(accounts[9], mp(9), 1);
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
		for (const [merchant, { state, stateSince }] of Object.entries(before)) {
			expect({ merchant, ...after[merchant] }).toMatchObject({ merchant, state, stateSince });
		}
	});

	it('The morning run writes each result into the table and tells the person who acts next', async () => {
		const { controls } = world;
		const since = daysAgo(5);
		for (let n = 2; n < 9; n += 1) await controls.setRelation(accounts[n], mp(n), 'none');
		await controls.setRelation(accounts[0], mp(0), 1);
		await controls.setRelation(accounts[1], mp(1), 12);
		for (const path of [LINK, LIST]) {
			await controls.answerWith({ account: accounts[2], path }, { errcode: 61007 });
			await controls.answerWith({ account: accounts[6], path }, { errcode: 61003 });
		}
		await controls.answerWith({ account: accounts[3], path: LINK }, { errcode: 45009 });
		await controls.answerWith({ account: accounts[4], path: LINK }, { errcode: 89013 });
		await controls.answerWith({ account: accounts[5], path: LINK }, { errcode: 61004 });
		await controls.answerWith({ account: accounts[8], path: LINK }, { errcode: 1001 });
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
			pending: { state: 'pendingOfficialAccountAdmin', whoActs: 'officialAccountAdmin' },
			'without set 33': { state: 'permissionSet33Missing', whoActs: 'officialAccountAdmin' },
			'day is full': { state: 'failed', stateSince: since },
			banned: { state: 'failed', whoActs: 'miniProgramAdmin', retryAt: null },
			'IP address': { state: 'failed', whoActs: 'provider' },
			withdrawn: { state: 'withdrawn', whoActs: 'officialAccountAdmin' },
			'no appid': { state: 'failed', whoActs: 'operator' },
		});
		expect(Date.parse(rows['day is full'].retryAt ?? '')).toBeGreaterThan(Date.now());
		expect(rows.banned.hint).not.toBe('');
		const told = itemsOf(execution, 'Send');
		const namesOf = (to: string) =>
			told
				.filter((one) => one.to === to)
				.map((one) => one.merchant)
				.sort();
		expect(namesOf('merchant')).toEqual(['banned', 'withdrawn', 'without set 33']);
		expect(namesOf('team')).toEqual(['IP address', 'no appid', 'support has to help']);
		for (const { merchant, to, text, hint, sent } of told) {
			expect({ merchant, sent }).toEqual({ merchant, sent: true });
			expect(text).toContain(String(merchant));
			if (to === 'merchant') expect(text).toContain('/webhook/wechat-merchant?');
			else expect(text).toContain(String(hint));
		}
		expect(merchants.robots.take()).toHaveLength(told.length);
	});

	it('The morning run does not overwrite a row that another workflow changes meanwhile', async () => {
		const { controls, running } = world;
		await controls.setRelation(accounts[9], mp(9), 'none');
		await merchants.table.fill([row(9, 'linked meanwhile', {}), row(10, 'new', {})]);
		await controls.answerWith({ account: accounts[9], path: LINK }, { delayMs: 3000, times: 1 });
		const before = (await calls()).length;
		const workflow = merchants.workflow('everyMorning');
		await running.saveWorkflow(workflow);
		const execution = await running.startWorkflow(workflow.id);
		await merchants.untilCalled(LINK, before + 2);
		await merchants.table.change('linked meanwhile', { state: 'linked' });
		await running.waitForExecution(execution);
		expect(await merchants.table.rows()).toMatchObject({
			'linked meanwhile': { state: 'linked', hint: null },
			new: { state: 'invitationSent' },
		});
	});
}
