import type { RawPush } from '../sandbox/index.cts';
import { sendInPart } from './malformedBodies.cts';
import type { PlatformWorld } from './platformWorld.cts';

/** How long WeChat waits for an answer. */
const PATIENCE_MS = 5000;

/** Broken pushes that n8n's own server and parser see before the trigger does; engine tests have all others. */
const BROKEN: Array<[what: string, push: RawPush]> = [
	['a GET request', { flaw: 'get' }],
	['no body', { flaw: 'emptyBody' }],
	['a body of many megabytes', { flaw: 'hugeBody' }],
	['a body that is no XML', { flaw: 'notXml' }],
	['a document type', { flaw: 'outerDoctype' }],
	['a wrong signature', { flaw: 'wrongSignature' }],
	['an authorization with a wrong signature', { flaw: 'wrongSignature', infoType: 'authorized' }],
];

/** What pushes start and store. Broken pushes do neither. */
export function testPushes(world: PlatformWorld): void {
	const account = 'wx00000000000000a1';
	const another = 'wx00000000000000a2';
	let before: string[];
	let ticket: unknown;

	/** Sends two pushes and waits for their executions. Earlier pushes would have started theirs before. */
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

	it('Each push about a merchant starts the workflow once, with the result for the merchant', async () => {
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

	it('A repeated push gets the same answer and starts nothing', async () => {
		before = await world.pushed();
		const { eventUrl } = await world.controls.platform();
		for (const { sequence } of await world.controls.pushes()) {
			// Pushes from before the restart went to another port.
			const answer = await world.controls.pushRaw({ replayOf: sequence, url: eventUrl ?? '' });
			expect(answer).toMatchObject({ status: 200, body: 'success' });
		}
		await mark();
		expect(await world.pushed()).toHaveLength(before.length + 2);
	});

	it('A push to the Test URL reaches the editor that listens', async () => {
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

	describe('Broken pushes', () => {
		beforeAll(async () => {
			before = await world.pushed();
			ticket = (await world.stored()).componentVerifyTicket;
		});

		it.each(BROKEN)('A broken push is refused in time: %s', async (_, push) => {
			const { status, ms } = await world.controls.pushRaw(push);
			// The connection may end before the sender of too many bytes has read the answer.
			const answer = push.flaw === 'hugeBody' ? (status ?? 413) : status;
			expect(answer).toBeGreaterThanOrEqual(400);
			expect(answer).toBeLessThan(500);
			expect(ms).toBeLessThan(PATIENCE_MS);
		});

		it('A push that never ends is answered 408, and its connection is closed', async () => {
			const { eventUrl } = await world.controls.platform();
			expect(await sendInPart(eventUrl ?? '')).toBe(408);
		});

		it('Broken pushes do not keep the next push from being answered', async () => {
			const answer = async (body: string) => (await world.controls.pushRaw({ body })).status;
			// After these bodies, n8n's own parser no longer answers.
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
		] as Array<[string, RawPush]>)('An unusual but valid push is accepted: %s', async (_, push) => {
			const answer = await world.controls.pushRaw(push);
			expect(answer).toMatchObject({ status: 200, body: 'success' });
		});

		it('Broken pushes have started and stored nothing', async () => {
			await mark();
			expect(await world.pushed()).toHaveLength(before.length + 2);
			expect((await world.stored()).componentVerifyTicket).toBe(ticket);
		});
	});
}
