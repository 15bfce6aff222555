import type { IDataObject } from 'n8n-workflow';

import { tableOf } from './engine.cts';
import { FastClock } from './fastClock.cts';
import { LinkTrigger } from './linkTrigger.cts';
import { ACCOUNTS, usePlatformWorld } from './platformWorld.cts';
import { LIST, mp, OA } from './world.cts';

const world = usePlatformWorld();
const OTHER = 'wx00000000000000a2';
const eventsOf = (items: IDataObject[]) => items.map(({ event }) => event);

let trigger: LinkTrigger;

beforeEach(async () => {
	trigger = new LinkTrigger(() => world.table);
	await world.controls.setRelation(OA, mp(1), 12);
});

describe('Polls', () => {
	it('The first poll starts nothing, and each later step of a link starts one item', async () => {
		const { controls } = world;
		expect(await trigger.pollRaw()).toBeNull();
		expect(await trigger.pollRaw()).toBeNull();
		await controls.officialAccountAdminAgrees(OA, mp(1));
		const [agreed, ...others] = await trigger.poll();
		expect(others).toStrictEqual([]);
		expect(Object.keys(agreed)).toEqual([
			'event',
			'eventId',
			'officialAccountAppId',
			'miniProgramAppId',
			'username',
			'nickname',
			'previousStatus',
			'linkStatus',
			'outcome',
			'waitingDays',
			'detectedAt',
			'hint',
		]);
		expect(agreed).toMatchObject({
			event: 'officialAccountAdminAgreed',
			officialAccountAppId: OA,
			miniProgramAppId: mp(1),
			previousStatus: 12,
			linkStatus: 2,
			outcome: 'pendingMiniProgramAdmin',
			waitingDays: 0,
		});
		expect(agreed.hint).toContain('Mini Program administrator');
		await controls.miniProgramAdminAgrees(OA, mp(1));
		expect(await trigger.poll()).toMatchObject([{ event: 'linked', outcome: 'linked' }]);
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it('A refusal is reported with the appid, which WeChat leaves out', async () => {
		await world.controls.setRelation(OA, mp(1), 2);
		await trigger.poll();
		await world.controls.miniProgramAdminRefuses(OA, mp(1));
		expect(await trigger.poll()).toMatchObject([{ event: 'refused', miniProgramAppId: mp(1) }]);
	});

	it('A removal is reported once', async () => {
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 'none');
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await trigger.poll()).toMatchObject([
			{ event: 'removed', miniProgramAppId: mp(1), previousStatus: 12, linkStatus: null },
		]);
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it.each([
		['is truncated', { truncate: true }],
		['is dropped', { drop: true }],
		['is a page', { htmlStatus: 502 }],
		['is a page with 200', { htmlStatus: 200 }],
		['says -1', { errcode: -1 }],
		['says 45009', { errcode: 45009 }],
	])(
		'An answer that %s reports no change and changes nothing in the memory',
		async (_, behavior) => {
			const { controls } = world;
			await controls.addAccount({ appId: OTHER });
			await controls.setRelation(OTHER, mp(2), 12);
			await trigger.poll();
			const before = JSON.stringify(trigger.saved);
			await controls.setRelation(OA, mp(1), 1);
			const id = await controls.answerWith({ path: LIST, account: OA }, behavior);
			expect(await trigger.poll()).toStrictEqual([]);
			expect(JSON.stringify(trigger.saved)).toBe(before);
			await controls.stopAnswering(id);
			if ('errcode' in behavior && behavior.errcode === 45009) return;
			expect(eventsOf(await trigger.poll())).toEqual(['linked']);
		},
	);

	it('An account whose daily calls are used up is not called again', async () => {
		const { controls } = world;
		await trigger.poll();
		await controls.answerWith({ path: LIST }, { errcode: 45009 });
		await expect(trigger.poll()).rejects.toMatchObject({
			failure: { cause: 'quota-exhausted', resetsAtEpochMs: expect.any(Number) as number },
		});
		const calls = await controls.count(LIST);
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await controls.count(LIST)).toBe(calls);
	});

	it('The trigger fails with a cause if no account can be read', async () => {
		await trigger.poll();
		await world.controls.answerWith({ path: LIST }, { htmlStatus: 502 });
		await expect(trigger.poll()).rejects.toMatchObject({
			failure: { cause: 'temporarily-unavailable' },
		});
	});

	it('An account that can no longer be called is reported once, and the others are still visited', async () => {
		const { controls } = world;
		await controls.addAccount({ appId: OTHER });
		await controls.setRelation(OTHER, mp(2), 12);
		trigger.parameters = { ...trigger.parameters, options: { quietInterval: 0 } };
		await trigger.poll();
		await controls.setAccountStatus(OTHER, 'frozen');
		await controls.officialAccountAdminAgrees(OA, mp(1));
		const items = await trigger.poll();
		expect(eventsOf(items).sort()).toEqual(['accountUnavailable', 'officialAccountAdminAgreed']);
		const told = items.find(({ event }) => event === 'accountUnavailable');
		expect(told).toMatchObject({ officialAccountAppId: OTHER });
		expect(told?.hint).toMatch(/\S/);
		expect(await trigger.poll()).toStrictEqual([]);
		await controls.setAccountStatus(OTHER, 'authorized');
		expect(await trigger.poll()).toStrictEqual([]);
		await controls.setAccountStatus(OTHER, 'frozen');
		const [again] = await trigger.poll();
		expect(again.event).toBe('accountUnavailable');
		expect(again.eventId).not.toBe(told?.eventId);
	});

	it('An account without an open invitation is visited only after the quiet interval', async () => {
		const { controls } = world;
		await controls.setRelation(OA, mp(1), 1);
		await trigger.poll();
		const calls = await controls.count(LIST);
		await trigger.poll();
		expect(await controls.count(LIST)).toBe(calls);
		trigger.parameters = { ...trigger.parameters, options: { quietInterval: 0 } };
		await trigger.poll();
		expect(await controls.count(LIST)).toBe(calls + 1);
	});

	it('The links of a merchant who authorized and agreed between two polls are reported', async () => {
		const { controls } = world;
		await trigger.poll();
		await controls.addAccount({ appId: OTHER });
		await controls.setRelation(OTHER, mp(2), 12);
		await controls.officialAccountAdminAgrees(OTHER, mp(2));
		await controls.miniProgramAdminAgrees(OTHER, mp(2));
		await controls.setRelation(OTHER, mp(3), 12);
		await controls.officialAccountAdminAgrees(OTHER, mp(3));
		await controls.miniProgramAdminRefuses(OTHER, mp(3));
		await controls.setRelation(OTHER, mp(4), 12);
		const of = { officialAccountAppId: OTHER, previousStatus: null };
		expect(await trigger.poll()).toMatchObject([
			{ ...of, event: 'linked', miniProgramAppId: mp(2), linkStatus: 1, outcome: 'linked' },
			{ ...of, event: 'refused', linkStatus: 3, outcome: 'refused', waitingDays: null },
			{ ...of, event: 'invited', miniProgramAppId: mp(4), linkStatus: 12, waitingDays: 0 },
		]);
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it('A new account starts only the events that Trigger On selects', async () => {
		const { controls } = world;
		trigger.parameters = { triggerOn: ['refused'] };
		await trigger.poll();
		await controls.addAccount({ appId: OTHER });
		await controls.setRelation(OTHER, mp(2), 1);
		await controls.setRelation(OTHER, mp(3), 3);
		expect(eventsOf(await trigger.poll())).toEqual(['refused']);
	});

	it('A new account is reported again under the same event IDs if the process dies before n8n saves it', async () => {
		const { controls } = world;
		await trigger.poll();
		const { saved } = trigger;
		await controls.addAccount({ appId: OTHER });
		await controls.setRelation(OTHER, mp(2), 1);
		const [first] = await trigger.poll();
		trigger.saved = saved;
		trigger.kill();
		expect(await trigger.poll()).toMatchObject([{ event: 'linked', eventId: first.eventId }]);
		trigger.kill();
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it('No change is lost if the process dies between two polls', async () => {
		const { controls } = world;
		await trigger.poll();
		await controls.addAccount({ appId: OTHER });
		await controls.setRelation(OTHER, mp(2), 1);
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
		trigger.kill();
		await controls.setRelation(OTHER, mp(2), 'none');
		await controls.setRelation(OA, mp(1), 1);
		trigger.parameters = { ...trigger.parameters, options: { quietInterval: 0 } };
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
		expect(eventsOf(await trigger.poll())).toEqual(['removed']);
	});

	it('An event that n8n did not save comes again under the same ID, and a later one under another', async () => {
		const { controls } = world;
		trigger.parameters = { ...trigger.parameters, options: { quietInterval: 0 } };
		await trigger.poll();
		await controls.setRelation(OA, mp(1), 'none');
		await trigger.poll();
		const { saved } = trigger;
		const [first] = await trigger.poll();
		trigger.saved = saved;
		trigger.kill();
		const [repeat] = await trigger.poll();
		expect(repeat.eventId).toBe(first.eventId);
		await controls.setRelation(OA, mp(1), 12);
		await trigger.poll();
		await controls.setRelation(OA, mp(1), 'none');
		await trigger.poll();
		const [later] = await trigger.poll();
		expect(later.event).toBe('removed');
		expect(later.eventId).not.toBe(first.eventId);
	});

	it.each([
		['nothing', {}],
		['a text', { 'node:Trigger': { seen: 'x' } }],
		['an older version', { 'node:Trigger': { seen: { version: 0, accounts: { [OA]: '1,2' } } } }],
		['a list', { 'node:Trigger': { seen: [1, null] } }],
	])('A poll that finds %s as static data is a first poll', async (_, data) => {
		trigger.saved = data as IDataObject;
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.setRelation(OA, mp(1), 1);
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
	});

	it('Neither the static data nor the items contain a secret', async () => {
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 1);
		const told = JSON.stringify([await trigger.poll(), trigger.saved]);
		const secrets = await world.controls.secrets();
		expect(secrets.length).toBeGreaterThan(5);
		expect(secrets.filter((secret) => told.includes(secret))).toStrictEqual([]);
	});

	it('A test in the editor shows the present state and remembers nothing', async () => {
		expect(await trigger.pollRaw('manual')).toMatchObject([
			{ event: 'invited', miniProgramAppId: mp(1), linkStatus: 12 },
		]);
		expect(trigger.saved).toEqual({});
	});

	it('Two polls of one trigger do not overlap', async () => {
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 1);
		const both = await Promise.all([trigger.pollRaw(), trigger.pollRaw()]);
		expect(both.filter((items) => items !== null)).toHaveLength(1);
	});

	it('Two triggers of one workflow poll at the same time', async () => {
		const other = new LinkTrigger(() => world.table);
		await trigger.poll();
		await other.poll();
		await world.controls.setRelation(OA, mp(1), 1);
		const both = await Promise.all([trigger.poll(), other.poll()]);
		expect(both.map((items) => items.length)).toEqual([1, 1]);
	});

	it('Only the selected accounts are visited', async () => {
		const { controls } = world;
		await controls.addAccount({ appId: OTHER });
		trigger.parameters = { ...trigger.parameters, watch: 'selected', officialAccounts: [OTHER] };
		await trigger.poll();
		expect((await controls.calls({ path: LIST })).map(({ account }) => account)).toEqual([OTHER]);
		expect(await controls.count(ACCOUNTS)).toBe(0);
	});
});

describe('Failures of all accounts', () => {
	const quietly = (quietInterval: number) => {
		trigger.parameters = { ...trigger.parameters, options: { quietInterval } };
	};

	it('A platform without a token makes the poll fail, and reports no account as unavailable', async () => {
		await world.controls.addAccount({ appId: OTHER });
		await trigger.poll();
		quietly(0);
		world.credential = { ...world.credential, componentAppSecret: 'wrong' };
		trigger.kill();
		expect(await trigger.poll()).toStrictEqual([]);
		await expect(trigger.poll()).rejects.toMatchObject({
			failure: { cause: 'credential-invalid' },
		});
	});

	it('An IP address that WeChat refuses makes the poll fail, and reports no account as unavailable', async () => {
		await world.controls.addAccount({ appId: OTHER });
		await trigger.poll();
		quietly(0);
		await world.controls.answerWith({ path: LIST }, { errcode: 61004 });
		await expect(trigger.poll()).rejects.toMatchObject({
			failure: { cause: 'credential-invalid' },
		});
	});

	it('The activation does not fail in an outage, since n8n would then give up the trigger', async () => {
		const id = await world.controls.answerWith({ path: LIST }, { errcode: -1 });
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.stopAnswering(id);
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 1);
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
	});

	it('One account that stays unavailable does not make the polls fail', async () => {
		const { controls } = world;
		await controls.addAccount({ appId: OTHER });
		await trigger.poll();
		quietly(0);
		await controls.setRelation(OA, mp(1), 1);
		await controls.setAccountStatus(OTHER, 'frozen');
		expect(eventsOf(await trigger.poll()).sort()).toEqual(['accountUnavailable', 'linked']);
		quietly(600);
		expect(await trigger.poll()).toStrictEqual([]);
		quietly(0);
		expect(await trigger.poll()).toStrictEqual([]);
	});
});

describe('API Base URL', () => {
	const roads: Array<[string, (url: string) => string]> = [
		['has another host', (url) => url.replace('127.0.0.1', 'localhost')],
		['ends with a slash', (url) => `${url}/`],
	];

	it.each(roads)('A new API Base URL that %s keeps the memory of a platform', async (_, toRoad) => {
		const { controls } = world;
		await trigger.poll();
		await controls.answerWith({ path: LIST }, { htmlStatus: 502, times: 2 });
		await expect(trigger.poll()).rejects.toThrow();
		await controls.setRelation(OA, mp(1), 1);
		world.credential = { ...world.credential, apiBaseUrl: toRoad(world.url) };
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
		world.credential = { ...world.credential, apiBaseUrl: world.url };
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it.each(roads)(
		'A new API Base URL that %s keeps the memory of one account',
		async (_, toRoad) => {
			const { controls } = world;
			const accessToken = await controls.issueToken(OA);
			const credentialWith = (apiBaseUrl: string, officialAccountAppId: string) =>
				tableOf({ accessToken, apiBaseUrl, officialAccountAppId });
			for (const appId of [OA, '']) {
				await controls.setRelation(OA, mp(1), 12);
				let table = credentialWith(world.url, appId);
				const ofAccount = new LinkTrigger(() => table, 'weChatAuthorizerTokenApi');
				await ofAccount.poll();
				await controls.setRelation(OA, mp(1), 1);
				table = credentialWith(toRoad(world.url), appId);
				ofAccount.kill();
				expect(eventsOf(await ofAccount.poll())).toEqual(['linked']);
			}
		},
	);
});

describe('A new context for each poll', () => {
	const HOUR = 3600;
	let clock: FastClock;

	beforeEach(() => (clock = new FastClock()));
	afterEach(() => jest.restoreAllMocks());

	it('A quiet account is visited no more often if n8n creates a context for each poll', async () => {
		const { controls } = world;
		await controls.setRelation(OA, mp(1), 1);
		await trigger.poll();
		const { saved } = trigger;
		const calls = await controls.count(LIST);
		clock.advance(HOUR);
		await trigger.pollAnew();
		await trigger.pollAnew();
		expect(await controls.count(LIST)).toBe(calls + 1);
		expect(trigger.saved).toEqual(saved);
		await controls.setRelation(OA, mp(1), 3);
		clock.advance(HOUR);
		expect(eventsOf(await trigger.pollAnew())).toEqual(['refused']);
	});

	it('A change that n8n did not save is reported again at once', async () => {
		const { controls } = world;
		await controls.setRelation(OA, mp(1), 1);
		await trigger.poll();
		clock.advance(HOUR);
		await trigger.pollAnew();
		const { saved } = trigger;
		await controls.setRelation(OA, mp(1), 3);
		clock.advance(HOUR);
		const [{ eventId }] = await trigger.pollAnew();
		trigger.saved = saved;
		expect(await trigger.pollAnew()).toMatchObject([{ event: 'refused', eventId }]);
	});
});

describe('Waiting', () => {
	afterEach(() => jest.restoreAllMocks());

	it('An invitation is checked less often the older it is', async () => {
		const { controls } = world;
		const start = Date.now();
		let now = start;
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		trigger.parameters = { ...trigger.parameters, options: { quietInterval: 600 } };
		await trigger.poll();
		const hour = 3_600_000;
		let before = 0;
		for (let hours = 40; hours <= 46; hours++) {
			now = start + hours * hour;
			await controls.pushTicket();
			const componentVerifyTicket = (await controls.lastTicket()) ?? '';
			world.credential = { ...world.credential, componentVerifyTicket };
			await trigger.poll();
			before ||= await controls.count(LIST);
		}
		expect((await controls.count(LIST)) - before).toBe(3);
	});
});

describe('Size', () => {
	it('A thousand accounts take one call for each with an open invitation, and few bytes for each link', async () => {
		const { controls } = world;
		const accounts = await controls.addAccounts(1000);
		for (const account of accounts) {
			for (let n = 0; n < 10; n++) await controls.setRelation(account, mp(n), 1);
		}
		for (const account of accounts.slice(0, 50)) await controls.setRelation(account, mp(0), 12);
		expect(await trigger.poll()).toStrictEqual([]);
		const first = await controls.count(LIST);
		expect(first).toBe(1001);
		const bytes = Buffer.byteLength(JSON.stringify(trigger.saved));
		expect(bytes / 10_000).toBeLessThan(35);
		expect(await trigger.poll()).toStrictEqual([]);
		const calls = (await controls.count(LIST)) - first;
		expect(calls).toBe(51);
	}, 300_000);
});
