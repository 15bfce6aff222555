import type { IDataObject } from 'n8n-workflow';

import { LinkTrigger } from './linkTrigger.cts';
import { logged } from './log.cts';
import { ACCOUNTS, INFO, usePlatformWorld } from './platformWorld.cts';
import { LIST, mp, OA, OTHER_OA } from './world.cts';

const world = usePlatformWorld();
const eventsOf = (items: IDataObject[]) => items.map(({ event }) => event);

let trigger: LinkTrigger;

const quietly = (quietInterval: number) => {
	trigger.parameters = { ...trigger.parameters, options: { quietInterval } };
};

beforeEach(() => {
	logged.length = 0;
	trigger = new LinkTrigger(() => world.table);
});

describe('Accounts of other kinds', () => {
	const KINDS = ['miniProgram', 'shop', 'channels', 'talent', 'supplier'] as const;

	it.each(KINDS)(
		'An account of the kind %s is asked about once and never visited',
		async (kind) => {
			const { controls } = world;
			const others = await controls.addAccounts(20, { kind });
			quietly(0);
			await trigger.poll();
			expect(await controls.count(INFO)).toBe(21);
			for (let n = 0; n < 5; n++) expect(await trigger.poll()).toStrictEqual([]);
			expect(await controls.count(INFO)).toBe(21);
			const calls = await controls.calls({ path: LIST });
			expect(calls.filter(({ account }) => others.includes(String(account)))).toStrictEqual([]);
			expect(logged).toStrictEqual([]);
		},
	);

	it('An account of another kind takes a few bytes in the static data', async () => {
		const { controls } = world;
		await trigger.poll();
		const bytes = () => JSON.stringify(trigger.saved).length;
		const before = bytes();
		await controls.addAccounts(100, { kind: 'miniProgram' });
		expect(await trigger.poll()).toStrictEqual([]);
		expect((bytes() - before) / 100).toBeLessThan(16);
	});

	it('An account of another kind is forgotten once it is no longer listed', async () => {
		const { controls } = world;
		await trigger.poll();
		const before = JSON.stringify(trigger.saved).length;
		const [other] = await controls.addAccounts(1, { kind: 'miniProgram' });
		await trigger.poll();
		expect(JSON.stringify(trigger.saved).length).toBeGreaterThan(before);
		await controls.withdraw(other);
		await controls.setRelation(OA, mp(1), 12);
		quietly(0);
		await trigger.poll();
		expect(JSON.stringify(trigger.saved)).not.toContain('miniProgram');
	});

	it('Accounts of other kinds neither delay the others nor make a poll fail', async () => {
		const { controls } = world;
		await controls.addAccount({ appId: OA, kind: 'shop' });
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await trigger.poll()).toStrictEqual([]);
		await controls.addAccount({ appId: OTHER_OA });
		await trigger.poll();
		quietly(0);
		await controls.setRelation(OTHER_OA, mp(1), 12);
		expect(eventsOf(await trigger.poll())).toEqual(['invited']);
	});

	it('The trigger fails and names the kind if only an account of another kind is selected', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, kind: 'miniProgram' });
		trigger.parameters = { ...trigger.parameters, watch: 'selected', officialAccounts: [OTHER_OA] };
		expect(await trigger.poll()).toStrictEqual([]);
		for (let n = 0; n < 2; n++) {
			await expect(trigger.poll()).rejects.toMatchObject({
				message: expect.stringContaining('is a Mini Program'),
				failure: { cause: 'configuration-invalid' },
			});
		}
		expect(await world.controls.count(INFO)).toBe(1);
	});

	it('The log names a selected account of another kind once', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, kind: 'shop' });
		const officialAccounts = [OA, OTHER_OA];
		trigger.parameters = { ...trigger.parameters, watch: 'selected', officialAccounts };
		for (let n = 0; n < 3; n++) expect(await trigger.poll()).toStrictEqual([]);
		expect(logged).toEqual([expect.stringContaining(`${OTHER_OA} is a shop`)]);
	});

	it('The list in the editor leaves out accounts known to be of another kind', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, kind: 'miniProgram' });
		expect(await trigger.options()).toEqual([{ name: `Tea House (${OA})`, value: OA }]);
	});
});

describe('A test in the editor', () => {
	it('A test in the editor finds an Official Account behind forty accounts of other kinds', async () => {
		const { controls } = world;
		await controls.addAccount({ appId: OA, kind: 'miniProgram' });
		await controls.addAccounts(39, { kind: 'miniProgram' });
		await controls.addAccount({ appId: OTHER_OA });
		await controls.setRelation(OTHER_OA, mp(1), 12);
		expect(eventsOf((await trigger.pollRaw('manual')) ?? [])).toEqual(['invited']);
		expect(trigger.saved).toEqual({});
	});
});

describe('An account that cannot be read', () => {
	afterEach(() => jest.restoreAllMocks());

	it.each([
		['WeChat answers with an unknown code', { path: LIST, errcode: 777001 }],
		['WeChat refuses the request', { path: LIST, errcode: 40013 }],
		['its info cannot be read', { path: INFO, errcode: 777001 }],
	])('An account rests for the quiet interval if %s', async (_, { path, errcode }) => {
		const { controls } = world;
		await controls.addAccount({ appId: OTHER_OA });
		await controls.setRelation(OTHER_OA, mp(1), 12);
		await controls.answerWith({ path, account: OTHER_OA }, { errcode });
		await trigger.poll();
		const calls = await controls.count(path);
		for (let n = 0; n < 5; n++) expect(await trigger.poll()).toStrictEqual([]);
		expect(await controls.count(path)).toBe(calls);
		await controls.stopAnswering();
		quietly(0);
		await trigger.poll();
		await controls.setRelation(OTHER_OA, mp(1), 1);
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
	});

	it.each([
		['is due as well', 12],
		['is quiet', 1],
	])(
		'An account without an answer is visited once more and then rests while another one %s',
		async (_, status) => {
			const { controls } = world;
			await controls.setRelation(OA, mp(1), status);
			await controls.addAccount({ appId: OTHER_OA });
			await controls.answerWith({ path: LIST, account: OTHER_OA }, { htmlStatus: 502 });
			await trigger.poll();
			await trigger.poll();
			const calls = (await controls.calls({ path: LIST, account: OTHER_OA })).length;
			expect(calls).toBeGreaterThan(2);
			for (let n = 0; n < 5; n++) expect(await trigger.poll()).toStrictEqual([]);
			expect(await controls.calls({ path: LIST, account: OTHER_OA })).toHaveLength(calls);
		},
	);

	it('An account that rests is visited once its merchant has authorized again', async () => {
		const { controls } = world;
		const start = Date.now();
		await controls.addAccount({ appId: OTHER_OA, permissionSets: [1] });
		await trigger.poll();
		const asked = async () => (await controls.calls({ path: INFO, account: OTHER_OA })).length;
		const before = await asked();
		await trigger.poll();
		expect(await asked()).toBe(before);
		jest.spyOn(Date, 'now').mockReturnValue(start + 180_000);
		const authTime = Math.ceil(start / 1000) + 120;
		await controls.addAccount({ appId: OTHER_OA, authTime });
		await trigger.poll();
		expect(await asked()).toBeGreaterThan(before);
		quietly(0);
		await controls.setRelation(OTHER_OA, mp(1), 12);
		expect(eventsOf(await trigger.poll())).toEqual(['invited']);
	});

	it('The item of an unavailable account has its kind if that is known', async () => {
		const { controls } = world;
		await controls.addAccount({ appId: OTHER_OA, permissionSets: [1] });
		await controls.addAccount({ appId: 'wx00000000000000a3' });
		await controls.answerWith({ path: INFO, account: 'wx00000000000000a3' }, { errcode: 61003 });
		const told = await trigger.poll();
		const kinds = told.map((one) => [one.event, one.officialAccountAppId, one.accountKind]);
		expect(kinds.sort()).toEqual([
			['accountUnavailable', OTHER_OA, 'officialAccount'],
			['accountUnavailable', 'wx00000000000000a3', null],
		]);
	});

	it("An answer without the authorization is not reported as the account's fault", async () => {
		const { controls } = world;
		await controls.addAccount({ appId: OTHER_OA });
		await controls.answerWith({ path: INFO, account: OTHER_OA }, { omitAuthorizationInfo: true });
		expect(await trigger.poll()).toStrictEqual([]);
		expect(logged.join()).not.toMatch(/permission set|refresh token|exchanged/);
		expect(logged.join()).toContain('does not contain what was asked for');
	});
});

describe('Selected accounts', () => {
	const select = (officialAccounts: unknown) => {
		trigger.parameters = {
			...trigger.parameters,
			watch: 'selected',
			officialAccounts: officialAccounts as string,
			options: { quietInterval: 0 },
		};
	};
	const visited = async () =>
		[...new Set((await world.controls.calls({ path: LIST })).map(({ account }) => account))].sort();

	beforeEach(async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
	});

	it.each([['={{ " ,， " }}'], ['={{ [null, ""] }}']])(
		'A trigger that selects %s fails with a hint and makes no call',
		async (expression) => {
			select(expression);
			expect(await trigger.pollRaw()).toBeNull();
			expect(logged.join()).toContain('Official Account Names or IDs');
			for (let n = 0; n < 2; n++) {
				await expect(trigger.poll()).rejects.toMatchObject({
					message: expect.stringContaining('Official Account Names or IDs'),
					description: expect.stringMatching(/appid.*expression/s),
					failure: { cause: 'configuration-invalid' },
				});
			}
			await expect(trigger.pollRaw('manual')).rejects.toThrow('Official Account Names or IDs');
			expect(await world.controls.count()).toBe(0);
		},
	);

	it.each([` ${OA} ,\r\n ${OTHER_OA}，`, `={{ ["${OA}，${OTHER_OA}"] }}`])(
		'The selection %j selects both accounts',
		async (given) => {
			select(given.startsWith('=') ? given : `={{ ${JSON.stringify(given)} }}`);
			await trigger.poll();
			expect(await visited()).toEqual([OA, OTHER_OA]);
			expect(await world.controls.count(ACCOUNTS)).toBe(0);
		},
	);

	it('The log names a selected entry that is not an appid once, and the other accounts are visited', async () => {
		select(`={{ ["tea-house", "${OA}", 7, {}] }}`);
		await trigger.poll();
		await trigger.poll();
		expect(await visited()).toEqual([OA]);
		const named = logged.filter((line) => line.includes('Official Account Names or IDs'));
		expect(named).toHaveLength(1);
		expect(named[0]).toContain('"tea-house"');
		expect(named[0]).toContain('"7"');
		await world.controls.setRelation(OA, mp(1), 12);
		expect(eventsOf(await trigger.poll())).toEqual(['invited']);
		expect(JSON.stringify(trigger.saved)).not.toContain('tea-house');
	});

	it('A test in the editor ignores a selected entry that is not an appid', async () => {
		await world.controls.setRelation(OA, mp(1), 12);
		select(`={{ ["tea-house", "${OA}"] }}`);
		expect(await trigger.pollRaw('manual')).toMatchObject([{ event: 'invited' }]);
	});

	it('The trigger fails and names the entry if no selected entry is an appid', async () => {
		select('={{ "tea-house" }}');
		await trigger.poll();
		await expect(trigger.poll()).rejects.toThrow(/Official Account Names or IDs.*"tea-house"/);
		expect(await world.controls.count()).toBe(0);
	});
});

describe('Size', () => {
	it('Two thousand Mini Programs take one call each at the first poll and none later', async () => {
		const { controls } = world;
		await controls.addAccounts(2000, { kind: 'miniProgram' });
		await controls.addAccounts(49, { prefix: 'ad' });
		await trigger.poll();
		expect(await controls.count(INFO)).toBe(2050);
		expect(await controls.count(LIST)).toBe(50);
		trigger.kill();
		for (let n = 0; n < 10; n++) expect(await trigger.poll()).toStrictEqual([]);
		expect(await controls.count(INFO)).toBe(2050);
		expect(await controls.count(LIST)).toBe(50);
		const kinds = JSON.stringify(trigger.saved).length;
		expect(kinds).toBeLessThan(2000 * 13 + 50 * 60);
	}, 120_000);
});
