import type { IDataObject } from 'n8n-workflow';

import { MINT_AUTHORIZER, usePlatformWorld } from './platformWorld.cts';
import { runNode, tableOf } from './engine.cts';
import { useTrigger } from './trigger.cts';
import { LINK, mp, OA, OTHER_OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);

/** An expression that returns this text without an item. */
const fixed = (text: unknown): string => `={{ "${String(text)}" }}`;

const BY_ITEM = {
	componentAppId: '={{ $json.platform }}',
	componentAppSecret: '={{ $json.secret }}',
	componentVerifyTicket: '={{ $json.ticket }}',
};

let platformsMade = 0;

/** An item with a platform, its ticket and a merchant. */
async function platformItem(): Promise<IDataObject> {
	platformsMade++;
	const number = platformsMade.toString(16).padStart(15, '0');
	const { appId, appSecret } = await world.controls.addPlatform({ appId: `wxe${number}` });
	const account = `wxf${number}`;
	await world.controls.addAccount({ appId: account, platform: appId });
	const { controls } = world;
	await controls.pushTicket(undefined, appId);
	const ticket = await controls.lastTicket(appId);
	return { account, platform: appId, secret: appSecret, ticket, appId: mp(platformsMade) };
}

async function expectLinked(items: IDataObject[]): Promise<void> {
	const results = await world.results({ items });
	expect(results).toMatchObject(items.map(() => ({ outcome: 'invitationSent' })));
}

describe.each([
	['n8n since 2.34', false],
	['n8n up to 2.30, which stores resolved values', true],
])('%s', (_, storesAllResolved) => {
	beforeEach(() => {
		world.table.storesAllResolved = storesAllResolved;
	});

	it('Expressions in a credential give each item its own platform, and are never overwritten', async () => {
		world.credential = { ...BY_ITEM, apiBaseUrl: world.url };
		const items = [await platformItem(), await platformItem()];
		await expectLinked(items);
		// Another Mini Program, and the items in another order.
		await expectLinked([...items].reverse().map((item) => ({ ...item, appId: mp(0) })));
		const calls = await world.controls.calls({ path: MINT_AUTHORIZER });
		for (const { account, authorizer } of calls) {
			expect(items).toContainEqual(
				expect.objectContaining({ account: authorizer, platform: account }),
			);
		}
		expect(world.table.writes).toBeGreaterThan(0);
		expect(world.credential).toMatchObject({ ...BY_ITEM, apiBaseUrl: world.url });
		const stored = JSON.stringify(world.credential);
		for (const { secret, ticket } of items) {
			expect(stored).not.toContain(secret);
			expect(stored).not.toContain(ticket);
		}
	});

	it('Pushes that are kept overwrite no expression in the credential', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, status: 'none' });
		const { componentAppId, componentAppSecret, messageToken, encodingAesKey } = world.credential;
		const typed = {
			componentAppId: fixed(componentAppId),
			componentAppSecret: fixed(componentAppSecret),
			messageToken: fixed(messageToken),
			encodingAesKey: fixed(encodingAesKey),
			apiBaseUrl: fixed(world.url),
		};
		world.credential = typed;
		await world.controls.pushTicket();
		await world.controls.answerWith({ path: '/cgi-bin/component/api_query_auth' }, { errcode: -1 });
		const { push } = await world.controls.authorize({ account: OTHER_OA });
		expect(push.delivered).toBe(true);
		await server.settle();
		expect(world.credential).toMatchObject({
			...typed,
			componentVerifyTicket: await world.controls.lastTicket(),
		});
		expect(String(world.credential.authorizationCodes)).toContain('"code"');
		await world.controls.stopAnswering();
		expect(await world.result({ accounts: [OA] })).toMatchObject({ outcome: 'invitationSent' });
	});

	it('A pushed ticket does not overwrite an expression in Component Verify Ticket', async () => {
		const ticket = fixed(await world.controls.lastTicket());
		world.credential = { ...world.credential, componentVerifyTicket: ticket };
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
		expect(world.credential).toMatchObject({ componentVerifyTicket: ticket });
	});

	it('Tokens of a token service overwrite no expression in the credential', async () => {
		const table = tableOf({
			tokenSource: 'tokenService',
			tokenServiceUrl: '={{ $json.service }}',
			tokenServiceHeaderValue: fixed('Bearer'),
			apiBaseUrl: world.url,
		});
		table.storesAllResolved = storesAllResolved;
		const accounts = [OA, OTHER_OA];
		await world.controls.addAccount({ appId: OTHER_OA });
		const items = accounts.map((account, n) => ({
			appId: mp(n),
			service: `${world.url}/_sandbox/token-service/${account}`,
		}));
		const before = { ...table.stored.get('credential-1') };
		const { outputs } = await runNode({ items, table });
		expect(outputs[0]).toHaveLength(2);
		expect(table.stored.get('credential-1')).toMatchObject(before);
		const calls = await world.controls.calls({ path: LINK });
		expect(calls.map(({ account }) => account).sort()).toEqual(accounts);
	});
});
