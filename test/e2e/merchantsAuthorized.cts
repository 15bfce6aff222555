import type { Row } from '../n8n/merchantSet.cts';
import { eventUrlOf } from '../n8n/platform.cts';
import { waitFor } from '../n8n/waitFor.cts';
import type { Merchants } from './merchantsWorld.cts';
import { mp } from './workflows.cts';

const TIMEOUT_MS = 60_000;

/** What a push of WeChat does when everything is published as an operator publishes it. */
export function testAuthorized(merchants: Merchants): void {
	const { world } = merchants;
	const ACCOUNT = 'wx00000000000a0001';
	const QUICK = 'wx00000000000a0002';
	const STRANGER = 'wx00000000000a0003';

	const row = (account: string, n: number, more: Row = {}): Row => ({
		merchant: `merchant ${n}`,
		officialAccountAppId: account,
		miniProgramAppId: mp(n),
		state: 'new',
		...more,
	});
	const until = async (merchant: string, wanted: (row: Row) => boolean): Promise<Row> =>
		await waitFor(
			async () => {
				const found = (await merchants.table.rows())[merchant];
				return wanted(found) ? found : null;
			},
			{ what: `the row of ${merchant}`, timeoutMs: TIMEOUT_MS },
		);
	const untilPosted = async (part: string): Promise<string> =>
		await waitFor(
			async () =>
				await Promise.resolve(merchants.robots.texts.find((text) => text.includes(part)) ?? null),
			{ what: `a message with ${part}`, timeoutMs: TIMEOUT_MS },
		);

	beforeAll(async () => {
		const { controls, running } = world;
		for (const [appId, name] of [
			[ACCOUNT, 'Lotus Tea'],
			[QUICK, 'Quick Tea'],
			[STRANGER, 'Stranger Tea'],
		]) {
			await controls.addAccount({ appId, name, status: 'none' });
		}
		await controls.addMiniProgram({ appId: mp(5000), nickname: 'Lotus Shop' });
		await merchants.publish('authorized');
		await controls.setEventUrl(eventUrlOf(running, merchants.workflow('authorized')));
	});
	afterAll(async () => {
		await world.running.deactivateWorkflow(merchants.workflow('authorized').id);
		await world.listen();
		merchants.robots.take();
	});

	it('An authorization fills in the names, sends the invitation, and tells the merchant the address of its page', async () => {
		await merchants.table.fill([row(ACCOUNT, 5000)]);
		await world.controls.authorize({ account: ACCOUNT });
		const told = await untilPosted('merchant 5000');
		expect(await merchants.table.rows()).toMatchObject({
			'merchant 5000': {
				state: 'invitationSent',
				whoActs: 'officialAccountAdmin',
				officialAccountName: 'Lotus Tea',
				miniProgramName: 'Lotus Shop',
				username: expect.stringMatching(/^gh_/),
			},
		});
		expect(told).toContain('微信已向公众号“Lotus Tea”的管理员发出关联邀请');
		expect(told).toContain('/webhook/wechat-merchant?m=');
	});

	it('The team gets a message about an authorized account that is in no row', async () => {
		await merchants.table.fill([]);
		await world.controls.authorize({ account: STRANGER });
		const told = await untilPosted('Stranger Tea');
		expect(told).toContain(`Put its appid (${STRANGER})`);
	});

	it('The row becomes linked even if both administrators agree within a second', async () => {
		await merchants.table.fill([row(QUICK, 5001, { language: 'en' })]);
		await world.controls.authorize({ account: QUICK });
		await until('merchant 5001', ({ state }) => state !== 'new' && state !== 'authorized');
		await world.controls.officialAccountAdminAgrees(QUICK, mp(5001));
		await world.controls.miniProgramAdminAgrees(QUICK, mp(5001));
		await merchants.run('refresh', { trigger: 'Start by hand' });
		await until(
			'merchant 5001',
			({ state, whoActs }) => state === 'linked' && whoActs === 'nobody',
		);
	});
}
