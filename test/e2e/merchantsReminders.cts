import type { Row } from '../n8n/merchantSet.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { mp } from './workflows.cts';

const ACCOUNT = 'wx00000000000000e1';

/** Who is reminded of what, and how often. */
export function testReminders(merchants: Merchants): void {
	const row = (merchant: string, days: number, more: Row = {}): Row => ({
		merchant,
		officialAccountAppId: ACCOUNT,
		miniProgramAppId: mp(1),
		state: 'pendingOfficialAccountAdmin',
		stateSince: daysAgo(days),
		...more,
	});
	/** What is to be sent. */
	const sent = async () => itemsOf(await merchants.run('reminders'), 'Send to the merchant');

	it('writes to the administrator who has to act, in both languages', async () => {
		await merchants.table.fill([row('Lotus', 3)]);
		const [first] = await sent();
		expect(first.textEnglish).toMatch(/^Hello Lotus.* waiting for 3 days.*Official Account/);
		expect(first.textChinese).toMatch(/^Lotus，您好！.*3 天.*公众号管理员/);
		await merchants.table.fill([row('Lotus', 7, { state: 'pendingMiniProgramAdmin' })]);
		const [second] = await sent();
		expect(second.textEnglish).toMatch(
			/a second reminder.* 7 days.*Now the administrator of the Mini/,
		);
		expect(second.textChinese).toMatch(/再次提醒.*7 天.*小程序管理员/);
		await merchants.table.fill([row('Lotus', 20, { state: 'invitationPending' })]);
		const [third] = await sent();
		expect(third.textEnglish).toMatch(/the last reminder.* 20 days/);
		expect(third.textChinese).toMatch(/最后一次提醒.*20 天/);
	});

	it('reminds once for each of the days, also when a day was missed', async () => {
		await merchants.table.fill([
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
}
