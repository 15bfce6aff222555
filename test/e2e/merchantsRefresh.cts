import type { Row } from '../n8n/merchantSet.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { ghOf, LIST, mp } from './workflows.cts';

const SINCE = daysAgo(4);

/** The workflow that brings the table in line with WeChat. */
export function testRefresh(merchants: Merchants): void {
	const { world, run } = merchants;
	let accounts: string[];

	const row = (n: number, merchant: string, state: string, more: Row = {}): Row => ({
		merchant,
		officialAccountAppId: accounts[n],
		miniProgramAppId: mp(n),
		state,
		stateSince: SINCE,
		whoActs: 'officialAccountAdmin',
		...more,
	});
	const isJustNow = (date?: string | null) => Date.now() - Date.parse(date ?? '') < 120_000;

	beforeEach(async () => {
		accounts = await world.controls.addAccounts(12, {
			prefix: `a${Math.random().toString(16).slice(2, 8)}`,
		});
	});

	it('The refresh writes the present state of each merchant, whatever the row said before', async () => {
		const { controls } = world;
		for (const [n, relation] of ([1, 2, 12, 1, 'none', 12, 'none', 1] as const).entries()) {
			await controls.setRelation(accounts[n], mp(n), relation);
		}
		await merchants.table.fill([
			row(0, 'quick', 'invitationSent'),
			row(1, 'half way', 'pendingOfficialAccountAdmin'),
			row(2, 'slow', 'invitationSent'),
			row(3, 'linked', 'linked', { whoActs: 'nobody' }),
			row(4, 'untied', 'linked'),
			row(5, 'invited from elsewhere', 'failed', { retryAt: daysAgo(-1) }),
			row(6, 'set to new', 'new', { whoActs: '' }),
			row(7, 'linked from elsewhere', 'new'),
		]);
		await run('refresh', { trigger: 'Start by hand' });
		const after = await merchants.table.rows();
		expect(after).toMatchObject({
			quick: { state: 'linked', whoActs: 'nobody', username: ghOf(0) },
			'half way': { state: 'pendingMiniProgramAdmin', whoActs: 'miniProgramAdmin' },
			slow: { state: 'invitationSent', stateSince: SINCE, whoActs: 'officialAccountAdmin' },
			linked: { state: 'linked', stateSince: SINCE },
			untied: { state: 'removed', whoActs: 'operator' },
			'invited from elsewhere': { state: 'pendingOfficialAccountAdmin', retryAt: null },
			'set to new': { state: 'new', stateSince: SINCE },
			'linked from elsewhere': { state: 'linked' },
		});
		for (const merchant of ['quick', 'half way', 'untied']) {
			expect(isJustNow(after[merchant].stateSince)).toBe(true);
		}
		expect(after.slow.miniProgramName).not.toBe('');
		expect(after.slow.miniProgramName).not.toBeNull();
	});

	it('The refresh recognizes a refused Mini Program by its original ID, or if it is the only refused one of its account', async () => {
		const { controls } = world;
		for (const n of [0, 1, 2]) await controls.setRelation(accounts[n], mp(n), 3);
		await controls.setRelation(accounts[2], mp(20), 3);
		await merchants.table.fill([
			row(0, 'seen before', 'pendingMiniProgramAdmin', { username: ghOf(0) }),
			row(1, 'quick', 'invitationSent'),
			row(2, 'one of two', 'invitationSent'),
			row(3, 'set to new after a refusal', 'new', { username: ghOf(3) }),
		]);
		await controls.setRelation(accounts[3], mp(3), 3);
		await run('refresh', { trigger: 'Start by hand' });
		expect(await merchants.table.rows()).toMatchObject({
			'seen before': { state: 'refused', whoActs: 'operator' },
			quick: { state: 'refused', whoActs: 'operator', username: ghOf(1) },
			'one of two': { state: 'removed', username: null },
			'set to new after a refusal': { state: 'new' },
		});
	});

	it('The refresh notices a withdrawal and a missing permission set, and the end of both', async () => {
		const { controls } = world;
		await controls.withdraw(accounts[0]);
		await controls.grant(accounts[1], [1]);
		await merchants.table.fill([
			row(0, 'has withdrawn', 'pendingOfficialAccountAdmin'),
			row(1, 'has unticked', 'invitationSent'),
			row(2, 'authorizes again', 'withdrawn'),
			row(3, 'has ticked', 'permissionSet33Missing'),
		]);
		await run('refresh', { trigger: 'Start by hand' });
		expect(await merchants.table.rows()).toMatchObject({
			'has withdrawn': { state: 'withdrawn', whoActs: 'officialAccountAdmin' },
			'has unticked': { state: 'permissionSet33Missing', whoActs: 'officialAccountAdmin' },
			'authorizes again': { state: 'authorized', whoActs: 'operator' },
			'has ticked': { state: 'authorized' },
		});
	});

	it('The refresh asks once per account, and changes no row for which WeChat gives no state', async () => {
		const { controls } = world;
		const rows = [0, 1, 2].map((n) => ({
			...row(n, `merchant ${n}`, 'pendingMiniProgramAdmin'),
			officialAccountAppId: accounts[0],
		}));
		for (const n of [0, 1, 2]) await controls.setRelation(accounts[0], mp(n), 1);
		await controls.answerWith({ account: accounts[5], path: LIST }, { errcode: 45009 });
		await merchants.table.fill([...rows, row(5, 'not told', 'linked', { hint: 'as it was' })]);
		const before = (await controls.calls({ path: LIST })).length;
		const execution = await run('refresh', { trigger: 'Start by hand' });
		const calls = (await controls.calls({ path: LIST })).slice(before);
		await controls.stopAnswering();
		expect(calls.filter(({ account }) => account === accounts[0])).toHaveLength(1);
		expect((await merchants.table.rows())['not told']).toMatchObject({
			state: 'linked',
			stateSince: SINCE,
			hint: 'as it was',
		});
		const asked = itemsOf(execution, 'Rows').map(({ merchant, asked: isAsked }) => [
			merchant,
			isAsked,
		]);
		expect(asked).toEqual([
			['merchant 0', true],
			['merchant 1', true],
			['merchant 2', true],
			['not told', false],
		]);
	});

	it('The refresh names the rows that it cannot ask about, and ignores blanks around an appid', async () => {
		const { controls } = world;
		await controls.setRelation(accounts[4], mp(4), 1);
		await merchants.table.fill([
			row(0, 'without a Mini Program', 'new', { miniProgramAppId: ' ' }),
			row(1, 'one appid twice', 'new', { miniProgramAppId: accounts[1] }),
			row(2, 'not authorized', 'new', { officialAccountAppId: null }),
			row(3, 'without an account', 'linked', { officialAccountAppId: '' }),
			row(4, 'with blanks', 'invitationSent', {
				officialAccountAppId: ` ${accounts[4].toUpperCase()} `,
				miniProgramAppId: `${mp(4)}\t`,
			}),
			row(5, 'no appid', 'new', { miniProgramAppId: 'wx-none' }),
		]);
		const execution = await run('refresh', { trigger: 'Start by hand' });
		const after = await merchants.table.rows();
		expect(itemsOf(execution, 'Rows')).toHaveLength(6);
		expect(after).toMatchObject({
			'without a Mini Program': {
				state: 'new',
				whoActs: 'operator',
				hint: expect.stringContaining('put it into the column miniProgramAppId'),
			},
			'one appid twice': { whoActs: 'operator', hint: expect.stringContaining('the same appid') },
			'not authorized': {
				whoActs: 'officialAccountAdmin',
				hint: expect.stringContaining('has not authorized yet'),
			},
			'without an account': {
				state: 'linked',
				whoActs: 'operator',
				hint: expect.stringContaining('column officialAccountAppId'),
			},
			'with blanks': {
				state: 'linked',
				officialAccountAppId: accounts[4],
				miniProgramAppId: mp(4),
			},
			'no appid': { state: 'new' },
		});
		await merchants.table.change('one appid twice', { miniProgramAppId: mp(1) });
		await run('refresh', { trigger: 'Start by hand' });
		expect((await merchants.table.rows())['one appid twice'].hint).toContain('Everything is there');
	});

	it('The refresh does not overwrite a row that another workflow changes meanwhile', async () => {
		const { controls, running } = world;
		await controls.setRelation(accounts[0], mp(0), 2);
		await controls.answerWith({ account: accounts[0], path: LIST }, { delayMs: 3000, times: 1 });
		await merchants.table.fill([row(0, 'linked meanwhile', 'invitationSent')]);
		const before = (await controls.calls({ path: LIST })).length;
		const workflow = merchants.workflow('refresh');
		await running.saveWorkflow(workflow);
		const execution = await running.startWorkflow(workflow.id, { trigger: 'Start by hand' });
		await merchants.untilCalled(LIST, before + 1);
		await merchants.table.change('linked meanwhile', { state: 'linked' });
		await running.waitForExecution(execution);
		expect((await merchants.table.rows())['linked meanwhile']).toMatchObject({
			state: 'linked',
			hint: null,
		});
	});
}
