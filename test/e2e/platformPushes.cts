import type { PushFlaw, RawPush } from '../sandbox/index.cts';
import { sendInPart } from './malformedBodies.cts';
import type { PlatformWorld } from './platformWorld.cts';

/** WeChat waits no longer. */
const PATIENCE_MS = 5000;

const FLAWS: PushFlaw[] = [
	'wrongSignature',
	'otherAppId',
	'wrongKey',
	'changedBytes',
	'badPadding',
	'lengthTooLarge',
	'notBase64',
	'shortCiphertext',
	'truncated',
	'hugeBody',
	'notXml',
	'innerNotXml',
	'nestedEntities',
	'doctype',
	'outerDoctype',
	'get',
	'emptyBody',
];

const INCOMPLETE: Array<[what: string, push: RawPush]> = [
	...['timestamp', 'nonce', 'msg_signature'].map((name): [string, RawPush] => [
		`a push without ${name}`,
		{ omit: [name] },
	]),
	['a push of two hours ago', { timestamp: Math.floor(Date.now() / 1000) - 7200 }],
	['a body that is text', { body: 'success' }],
];

/** What pushes start and store, and what the broken ones do not. */
export function testPushes(world: PlatformWorld): void {
	const account = 'wx00000000000000a1';
	const another = 'wx00000000000000a2';
	let before: string[];
	let ticket: unknown;

	/** A push whose execution shows that whatever came before has had its chance. */
	const mark = async () => {
		const [item] = await world.itemsOf(async () => {
			await world.controls.withdraw(another);
			return await world.controls.authorize({ account: another, permissionSets: [1, 33] });
		}, 2);
		expect(item.officialAccountAppId).toBe(another);
	};

	beforeAll(async () => {
		await world.controls.addAccount({ appId: account, status: 'none' });
		await world.controls.addAccount({ appId: another });
		ticket = (await world.stored()).componentVerifyTicket;
	});

	it('start the workflow once each, with what became of the merchant', async () => {
		const { controls } = world;
		const hash = expect.stringMatching(/^[0-9a-f]{16}$/) as string;
		const common = {
			officialAccountAppId: account,
			createdAt: expect.any(String),
			eventId: hash,
			invitationId: null,
			officialAccountName: null,
			accountKind: 'officialAccount',
		};
		const exchanged = {
			codeExchanged: true,
			invitationId: hash,
			officialAccountName: expect.stringMatching(/./) as string,
		};
		const authorized = async () => await controls.authorize({ account, permissionSets: [1] });
		expect(await world.itemsOf(authorized)).toEqual([
			{
				...common,
				...exchanged,
				event: 'authorized',
				infoType: 'authorized',
				permissionSets: [1],
				canLink: false,
				hint: expect.stringContaining('Permission set 33'),
			},
		]);
		const updated = async () => await controls.reauthorize({ account, permissionSets: [1, 33] });
		expect(await world.itemsOf(updated)).toEqual([
			{
				...common,
				...exchanged,
				event: 'updateauthorized',
				infoType: 'updateauthorized',
				permissionSets: [1, 33],
				canLink: true,
				hint: 'Ready: Link can invite Mini Programs for this account.',
			},
		]);
		expect(await world.itemsOf(async () => await controls.withdraw(account))).toEqual([
			{
				...common,
				event: 'unauthorized',
				infoType: 'unauthorized',
				hint: expect.stringMatching(/^The merchant has withdrawn the authorization/),
			},
		]);
		expect(await controls.pushes({ delivered: false })).toStrictEqual([]);
	});

	it('start nothing when they are repeated, and are answered alike', async () => {
		before = await world.pushed();
		const { eventUrl } = await world.controls.platform();
		for (const { sequence } of await world.controls.pushes()) {
			// Those from before the restart went to another port.
			const answer = await world.controls.pushRaw({ replayOf: sequence, url: eventUrl ?? '' });
			expect(answer).toMatchObject({ status: 200, body: 'success' });
		}
		await mark();
		expect(await world.pushed()).toHaveLength(before.length + 2);
	});

	it('reach the test URL while the editor listens', async () => {
		const { running, controls } = world;
		await running.listenAtTestUrl(world.trigger);
		await world.listen('webhook-test');
		const [item] = await world.itemsOf(
			async () => await controls.authorize({ account, permissionSets: [33] }),
		);
		await world.listen();
		expect(item).toMatchObject({ event: 'authorized', canLink: true });
		expect((await controls.pushes()).at(-1)).toMatchObject({
			delivered: true,
			answers: [{ status: 200, body: 'success' }],
		});
	});

	describe('that are broken', () => {
		beforeAll(async () => {
			before = await world.pushed();
			ticket = (await world.stored()).componentVerifyTicket;
		});

		it.each([
			...FLAWS.map((flaw): [string, RawPush] => [flaw, { flaw }]),
			...INCOMPLETE,
			[
				'an authorization with a wrong signature',
				{ flaw: 'wrongSignature', infoType: 'authorized' },
			],
		] as Array<[string, RawPush]>)('are refused in time: %s', async (_, push) => {
			const { status, ms } = await world.controls.pushRaw(push);
			// Who sends too much may see the connection end before it has read the answer.
			const answer = push.flaw === 'hugeBody' ? (status ?? 413) : status;
			expect(answer).toBeGreaterThanOrEqual(400);
			expect(answer).toBeLessThan(500);
			expect(ms).toBeLessThan(PATIENCE_MS);
		});

		it('since they never end are answered 408, and their connection is closed', async () => {
			const { eventUrl } = await world.controls.platform();
			expect(await sendInPart(eventUrl ?? '')).toBe(408);
		});

		it('never keep the next one from being answered', async () => {
			const answer = async (body: string) => (await world.controls.pushRaw({ body })).status;
			// After these, n8n's own parser answers nothing any more.
			for (const body of ['success', '<xml></xml>', 'success', '<xml><Encrypt>']) {
				expect(await answer(body)).toBe(400);
			}
			expect(await world.controls.push('brand_new')).toMatchObject({ delivered: true });
		});

		it.each([
			['an InfoType that nobody knows', { infoType: 'brand_new', fields: { Text: 'new' } }],
			[
				'the misprinted end of WeChat\u2019s samples',
				{ flaw: 'misprintedEnd', infoType: 'brand_new', fields: { Text: 'old' } },
			],
		] as Array<[string, RawPush]>)('only seemingly are taken: %s', async (_, push) => {
			const answer = await world.controls.pushRaw(push);
			expect(answer).toMatchObject({ status: 200, body: 'success' });
		});

		it('have started and stored nothing', async () => {
			await mark();
			expect(await world.pushed()).toHaveLength(before.length + 2);
			expect((await world.stored()).componentVerifyTicket).toBe(ticket);
		});
	});
}
