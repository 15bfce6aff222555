import type { IDataObject } from 'n8n-workflow';

import type { Row } from '../n8n/merchantSet.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { ghOf, mp } from './workflows.cts';

const ACCOUNT = 'wx00000000000000f1';
const FROZEN = 'wx00000000000000f3';
const SINCE = daysAgo(4);
const DETECTED = daysAgo(0.01);

/** An item of the link trigger. */
const event = (n: number, name: string, outcome: string, more: IDataObject = {}): IDataObject => ({
	event: name,
	eventId: `event ${n}`,
	officialAccountAppId: ACCOUNT,
	miniProgramAppId: mp(n),
	username: ghOf(n),
	nickname: `Mini Program ${n}`,
	outcome,
	detectedAt: DETECTED,
	hint: `Hint ${n}`,
	...more,
});

/** The workflow that writes events of the link trigger into the table. */
export function testFollowed(merchants: Merchants): void {
	const row = (n: number, state: string, more: Row = {}): Row => ({
		merchant: `merchant ${n}`,
		officialAccountAppId: ACCOUNT,
		miniProgramAppId: mp(n),
		state,
		stateSince: SINCE,
		...more,
	});
	const events = [
		event(1, 'invited', 'pendingOfficialAccountAdmin'),
		event(2, 'officialAccountAdminAgreed', 'pendingMiniProgramAdmin'),
		event(3, 'linked', 'linked'),
		event(4, 'refused', 'refused', { miniProgramAppId: null }),
		event(5, 'removed', 'notLinked'),
		event(6, 'waiting', 'pendingMiniProgramAdmin', { waitingDays: 3 }),
		event(7, 'linked', 'linked'),
		event(8, 'refused', 'refused', { miniProgramAppId: null }),
		event(9, 'accountUnavailable', 'failed', {
			officialAccountAppId: FROZEN,
			reason: 'frozen',
			miniProgramAppId: null,
			username: null,
		}),
		event(10, 'unknownStatus', 'unknownStatus'),
		event(11, 'removed', 'notLinked'),
		event(12, 'ticketOverdue', 'failed', {
			officialAccountAppId: null,
			miniProgramAppId: null,
			username: null,
		}),
	];
	const rows = [
		row(1, 'invitationSent', { retryAt: daysAgo(1) }),
		row(2, 'pendingOfficialAccountAdmin'),
		row(3, 'pendingMiniProgramAdmin'),
		row(4, 'pendingMiniProgramAdmin', { username: ghOf(4) }),
		row(5, 'linked'),
		row(6, 'pendingMiniProgramAdmin'),
		row(9, 'linked', { officialAccountAppId: FROZEN }),
		row(9, 'new', { merchant: 'not tried yet', officialAccountAppId: FROZEN }),
		row(10, 'linked'),
		row(11, 'new', { merchant: 'set to new' }),
		row(7, 'new', { merchant: 'same Mini Program', officialAccountAppId: 'wx00000000000000f2' }),
		row(8, 'pendingMiniProgramAdmin', { merchant: 'same account' }),
	];

	it('An event of the link trigger updates the row of its link and tells the person who acts next', async () => {
		await merchants.table.fill(rows);
		const execution = await merchants.run('followed', { inputs: events });
		const after = await merchants.table.rows();
		expect(after).toMatchObject({
			'merchant 1': {
				state: 'pendingOfficialAccountAdmin',
				stateSince: DETECTED,
				whoActs: 'officialAccountAdmin',
				username: ghOf(1),
				hint: 'Hint 1',
				retryAt: null,
			},
			'merchant 2': { state: 'pendingMiniProgramAdmin', whoActs: 'miniProgramAdmin' },
			'merchant 3': { state: 'linked', stateSince: DETECTED, whoActs: 'nobody' },
			'merchant 4': {
				state: 'refused',
				miniProgramAppId: mp(4),
				whoActs: 'operator',
				hint: expect.stringMatching(
					/^The Mini Program administrator refused.* state of the row to new/,
				),
			},
			'merchant 5': {
				state: 'removed',
				whoActs: 'operator',
				hint: expect.stringMatching(/^WeChat no longer has a link.* state of the row to new/),
			},
			'merchant 6': { state: 'pendingMiniProgramAdmin', stateSince: SINCE, hint: 'Hint 6' },
			'merchant 9': {
				state: 'linked',
				stateSince: SINCE,
				whoActs: 'officialAccountAdmin',
				hint: 'Hint 9',
			},
			'not tried yet': { state: 'new', hint: null },
			'merchant 10': { state: 'linked', stateSince: SINCE, hint: 'Hint 10' },
			'same Mini Program': { state: 'new', hint: null, username: null },
			'set to new': { state: 'new', hint: null },
			'same account': { state: 'pendingMiniProgramAdmin', hint: null, username: null },
		});
		const told = [...itemsOf(execution, 'Send to the team'), ...itemsOf(execution, 'Send')].map(
			({ to, merchant, text }) => ({ to, merchant, text: String(text) }),
		);
		expect(told.map(({ to, merchant }) => [to, merchant])).toEqual([
			['team', undefined],
			['team', undefined],
			['merchant', 'merchant 2'],
			['merchant', 'merchant 3'],
			['team', 'merchant 4'],
			['team', 'merchant 5'],
			['team', 'merchant 10'],
		]);
		expect(told[0].text).toMatch(/appid wx00000000000000f3\): .* is frozen\.\nHint 9$/);
		expect(told[1].text).toMatch(/^Third-party platform: WeChat has pushed no ticket.*\nHint 12$/);
		expect(told[3].text).toContain('小程序“Mini Program 3”已经关联到公众号');
		expect(told[4].text).toMatch(/merchant 4.*refused the link[\s\S]*state of the row to new/);
		expect(told[6].text).toContain('unknown status');
		expect(merchants.robots.take()).toHaveLength(told.length);
	});

	it('Repeated events of the link trigger change no row', async () => {
		const before = await merchants.table.rows();
		const again = events.map((one) => ({ ...one, detectedAt: daysAgo(0) }));
		await merchants.run('followed', { inputs: again });
		merchants.robots.take();
		const after = await merchants.table.rows();
		for (const [merchant, { stateSince, state }] of Object.entries(before)) {
			expect({ merchant, ...after[merchant] }).toMatchObject({ merchant, stateSince, state });
		}
	});
}
