import type { Row } from '../n8n/merchantSet.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { LIST, mp } from './workflows.cts';

/** The workflow that reminds merchants. */
export function testReminders(merchants: Merchants): void {
	let account: string;
	/** Each row has its own Mini Program, whose link in WeChat has the state of the row. */
	let next = 0;

	const row = (merchant: string, days: number, more: Row = {}): Row => ({
		merchant,
		officialAccountAppId: account,
		miniProgramAppId: mp(3000 + next++),
		officialAccountName: 'Lotus Tea',
		miniProgramName: 'Lotus Shop',
		state: 'pendingOfficialAccountAdmin',
		stateSince: daysAgo(days),
		...more,
	});
	/** Puts these rows into the table, and gives the links in WeChat the same states. */
	const fill = async (rows: Row[]) => {
		for (const { state, miniProgramAppId, officialAccountAppId } of rows) {
			const relation = { pendingMiniProgramAdmin: 2, linked: 1, failed: 'none' }[state ?? ''] ?? 12;
			await merchants.world.controls.setRelation(
				officialAccountAppId ?? '',
				miniProgramAppId ?? '',
				relation as 1 | 2 | 12 | 'none',
			);
		}
		await merchants.table.fill(rows);
	};
	/** The reminders of a run. */
	const sent = async () =>
		itemsOf(await merchants.run('reminders'), 'Sent').map(({ merchant, text }) => ({
			merchant: String(merchant),
			text: String(text),
		}));

	beforeEach(async () => {
		const prefix = `b${Math.random().toString(16).slice(2, 8)}`;
		[account] = await merchants.world.controls.addAccounts(1, { prefix });
	});
	afterEach(() => {
		merchants.robots.take();
		merchants.robots.refuses = null;
	});

	it('A reminder names the administrator who has to act, in the language of the merchant', async () => {
		await fill([row('Lotus', 3, { language: 'en' }), row('Willow', 3)]);
		const [english, chinese] = await sent();
		expect(english.text).toMatch(
			/^Hello Lotus, .* waiting for 3 days\. .*the administrator of the Official Account “Lotus Tea”/,
		);
		expect(chinese.text).toMatch(/^Willow，您好！.*3 天.*公众号“Lotus Tea”的管理员/);
		for (const { text } of [english, chinese])
			expect(text).toContain('/webhook/wechat-merchant?m=');
		await fill([
			row('Lotus', 7, { state: 'pendingMiniProgramAdmin', language: 'en' }),
			row('Willow', 20),
		]);
		const [second, last] = await sent();
		expect(second.text).toMatch(
			/a second reminder.* 7 days.*Now the administrator of the Mini Program/,
		);
		expect(last.text).toMatch(/最后一次提醒.*20 天/);
	});

	it('Each reminder day brings one reminder, even if a run was missed', async () => {
		await fill([
			row('two days', 2),
			row('three days', 3),
			row('four days, day three missed', 4),
			row('four days, reminded', 4, { remindedAt: daysAgo(1) }),
			row('seven days, reminded on the third', 7, { remindedAt: daysAgo(4) }),
			row('eight days, reminded on the seventh', 8, { remindedAt: daysAgo(1) }),
			row('thirty days, never reminded', 30),
			row('thirty days, reminded on the fourteenth', 30, { remindedAt: daysAgo(16) }),
			row('reminded of an earlier state', 3, { remindedAt: daysAgo(5) }),
			row('linked', 5, { state: 'linked' }),
			row('failed', 5, { state: 'failed' }),
			row('since nobody knows when', 5, { stateSince: null }),
		]);
		const first = await sent();
		expect(first.map(({ merchant }) => merchant).sort()).toEqual([
			'four days, day three missed',
			'reminded of an earlier state',
			'seven days, reminded on the third',
			'thirty days, never reminded',
			'three days',
		]);
		expect(await sent()).toStrictEqual([]);
	});

	it('Merchants get no reminder when they are done, or when WeChat gives no state', async () => {
		const rows = [row('quick', 3), row('slow', 3), row('not told', 3)];
		const [other] = await merchants.world.controls.addAccounts(1, { prefix: 'bff' });
		rows[2].officialAccountAppId = other;
		await fill(rows);
		await merchants.world.controls.setRelation(account, rows[0].miniProgramAppId ?? '', 1);
		await merchants.world.controls.answerWith({ account: other, path: LIST }, { errcode: 45009 });
		expect((await sent()).map(({ merchant }) => merchant)).toEqual(['slow']);
		await merchants.world.controls.stopAnswering();
		expect(await merchants.table.rows()).toMatchObject({
			quick: { state: 'linked', remindedAt: null },
			'not told': { state: 'pendingOfficialAccountAdmin', remindedAt: null },
		});
		expect((await sent()).map(({ merchant }) => merchant)).toEqual(['not told']);
	});

	it('A reminder that could not be sent is sent in the next run', async () => {
		await fill([row('Lotus', 3), row('Willow', 3)]);
		merchants.robots.refuses = 'Willow';
		expect((await sent()).map(({ merchant }) => merchant)).toEqual(['Lotus']);
		const { Lotus, Willow } = await merchants.table.rows();
		expect(Lotus.remindedAt).not.toBeNull();
		expect(Willow.remindedAt).toBeNull();
		merchants.robots.refuses = null;
		expect((await sent()).map(({ merchant }) => merchant)).toEqual(['Willow']);
	});
}
