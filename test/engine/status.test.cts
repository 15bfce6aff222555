import type { IDataObject } from 'n8n-workflow';

import { inInputOrder } from './engine.cts';
import { ghOf, LINK, LIST, mp, mpItems, OA, sizesOf, useWorld, withOptions } from './world.cts';

const LINKED = mp(1);
const WAITS_FOR_MP = mp(2);
const REFUSED = mp(3);
const WAITS_FOR_OA = mp(12);
const STRANGE = mp(4);
const ABSENT = mp(99);

const world = useWorld();

beforeEach(async () => {
	await world.controls.setRelation(OA, LINKED, 1);
	await world.controls.setRelation(OA, WAITS_FOR_MP, 2);
	await world.controls.setRelation(OA, WAITS_FOR_OA, 12);
	await world.controls.setRelation(OA, STRANGE, 4);
});

const statusOf = async (id: string) => await world.result({ operation: 'getStatus', appIds: [id] });

describe('Get Status of a Mini Program', () => {
	it('Get Status of a linked Mini Program says that there is nothing to do', async () => {
		expect(await statusOf(LINKED)).toEqual({
			officialAccountAppId: null,
			miniProgramAppId: LINKED,
			outcome: 'linked',
			hint: 'Linked. There is nothing to do.',
			whoActs: 'nobody',
			retryAt: null,
			category: 'success',
			retryable: false,
			retryAfter: 'none',
			errcode: 0,
			errmsg: 'ok',
			rid: null,
			operation: 'getStatus',
			attempts: 1,
			linkStatus: 1,
			miniProgram: {
				miniProgramAppId: LINKED,
				username: ghOf(1),
				nickname: expect.stringContaining('小程序'),
				linkStatus: 1,
				shownOnProfile: true,
				shownNearby: false,
				released: true,
				outcome: 'linked',
			},
			appId: LINKED,
		});
	});

	it('Get Status after Unlink shows what the hint of Unlink has announced', async () => {
		const { outcome, hint } = await world.result({ operation: 'unlink', appIds: [LINKED] });
		expect(outcome).toBe('unlinkRequested');
		expect(hint).toContain('Until then, Get Status probably still shows Linked');
		expect(hint).toContain('once it shows Not Linked, the link is gone');
		expect(await statusOf(LINKED)).toMatchObject({ outcome: 'linked' });
		await world.controls.officialAccountAdminAgreesToUnlink(OA, LINKED);
		expect(await statusOf(LINKED)).toMatchObject({ outcome: 'notLinked' });
	});

	it.each([
		[WAITS_FOR_MP, 2, 'pendingMiniProgramAdmin', 'Mini Program administrator still has to agree'],
		[
			WAITS_FOR_OA,
			12,
			'pendingOfficialAccountAdmin',
			'Official Account administrator has to agree',
		],
	])(
		'Get Status of the waiting Mini Program %s says who has to agree',
		async (id, linkStatus, outcome, words) => {
			const result = await statusOf(id);
			expect(result).toMatchObject({ category: 'pending', linkStatus, outcome });
			expect(result.hint).toContain(words);
		},
	);

	it('Get Status keeps the number of an unknown status', async () => {
		const result = await statusOf(STRANGE);
		expect(result).toMatchObject({ category: 'other', outcome: 'unknownStatus', linkStatus: 4 });
		expect(result.hint).toContain('4');
	});

	it('Get Status of an unlisted Mini Program says how to invite it', async () => {
		const result = await statusOf(ABSENT);
		expect(result).toMatchObject({ outcome: 'notLinked', linkStatus: null, miniProgram: null });
		expect(result.hint).toContain('Send an invitation with Link');
	});

	it('Get Status accepts an original ID', async () => {
		expect(await statusOf(ghOf(1))).toMatchObject({ outcome: 'linked', linkStatus: 1 });
	});

	it('Get Status accepts an appid in upper case', async () => {
		expect(await statusOf(LINKED.toUpperCase())).toMatchObject({ outcome: 'linked' });
	});
});

describe('Get Status of a refused Mini Program', () => {
	beforeEach(async () => await world.controls.setRelation(OA, REFUSED, 3));

	it('Get Status by original ID says that the Mini Program was refused', async () => {
		const result = await statusOf(ghOf(3));
		expect(result).toMatchObject({ category: 'notAllowed', outcome: 'refused', linkStatus: 3 });
		expect(result.miniProgram).toMatchObject({ miniProgramAppId: null, username: ghOf(3) });
		expect(result.hint).toContain('refused');
	});

	it('Get Status by appid says how to find a refused Mini Program, which WeChat lists without appid', async () => {
		const result = await statusOf(REFUSED);
		expect(result).toMatchObject({ outcome: 'notLinked', linkStatus: null });
		expect(result.hint).toContain('original ID');
	});
});

describe('Get Status with other forms of the list', () => {
	const run = async (id: string) => await statusOf(id);

	it('Get Status treats a list without wxopens as empty', async () => {
		await world.controls.answerWith({}, { omitWxopens: true });
		expect(await run(LINKED)).toMatchObject({ errcode: 0, outcome: 'notLinked' });
	});

	it('Get Status works if a service account is in the list', async () => {
		await world.controls.answerWith({}, { addServiceAccount: true });
		expect(await run(LINKED)).toMatchObject({ outcome: 'linked' });
	});

	it('Get Status finds entries without appid, as in old answers, by original ID', async () => {
		await world.controls.answerWith({}, { omitAppId: true });
		expect(await run(ghOf(1))).toMatchObject({ outcome: 'linked' });
		expect((await run(LINKED)).hint).toContain('original ID');
	});
});

describe('Get Status of many Mini Programs', () => {
	it('Get Status asks WeChat once for 1,000 items of an account', async () => {
		const { outputs } = await world.run({ operation: 'getStatus', items: mpItems(1000) });
		expect(sizesOf({ outputs })).toEqual([1, 2, 996, 0, 0, 0, 1]);
		expect(inInputOrder(outputs).map(({ miniProgramAppId }) => miniProgramAppId)).toEqual(
			mpItems(1000).map(({ appId }) => appId),
		);
		expect(await world.controls.count()).toBe(1);
		expect(await world.controls.calls({ path: LIST })).toMatchObject([{ body: {} }]);
	});

	it('Every item of Get Status says so if WeChat refuses the list', async () => {
		await world.controls.grant(OA, []);
		const { outputs } = await world.run({ operation: 'getStatus', items: mpItems(5) });
		expect(sizesOf({ outputs })).toEqual([0, 0, 0, 0, 5, 0, 0]);
		for (const { json } of outputs[4]) {
			expect(json).toMatchObject({ errcode: 61007, linkStatus: null, miniProgram: null });
		}
		expect(await world.controls.count()).toBe(1);
	});
});

describe('Check Before Linking', () => {
	const link = async (id: string, known?: number) => {
		if (known) await world.controls.setRelation(OA, id, known);
		const parameters = withOptions({ checkBeforeLinking: true });
		return await world.result({ appIds: [id], parameters });
	};

	it.each([
		[1, 'alreadyLinked', 'success'],
		[2, 'invitationPending', 'pending'],
		[12, 'invitationPending', 'pending'],
	])(
		'Check Before Linking sends no invitation if the status is %i',
		async (status, outcome, category) => {
			expect(await link(ABSENT, status)).toMatchObject({ operation: 'link', outcome, category });
			expect(await world.controls.count(LINK)).toBe(0);
		},
	);

	it.each([undefined, 3, 4])(
		'Check Before Linking sends an invitation if the status is %s',
		async (status) => {
			expect(await link(ABSENT, status)).toMatchObject({ outcome: 'invitationSent', errcode: 0 });
			expect(await world.controls.count(LINK)).toBe(1);
		},
	);

	it('Check Before Linking reads the list once for all items, and sends nothing if WeChat refuses it', async () => {
		await world.controls.answerWith({ path: LIST }, { errcode: 48001 });
		const { outputs } = await world.run({
			items: mpItems(50),
			parameters: withOptions({ checkBeforeLinking: true }),
		});
		expect(sizesOf({ outputs })).toEqual([0, 0, 0, 0, 50, 0, 0]);
		expect(outputs[4][0].json).toMatchObject({ errcode: 48001, outcome: 'failed' });
		expect(await world.controls.count(LIST)).toBe(1);
		expect(await world.controls.count(LINK)).toBe(0);
	});

	it('Link does not read the list by default', async () => {
		await world.run({ appIds: [LINKED] });
		expect(await world.controls.count(LIST)).toBe(0);
	});
});

describe('Link', () => {
	const flags = async (parameters: Record<string, string | boolean>) => {
		await world.run({ appIds: [ABSENT], parameters });
		return (await world.controls.calls({ path: LINK }))[0].body;
	};

	it('Link notifies nobody and shows nothing by default', async () => {
		expect(await flags({})).toEqual({ appid: ABSENT, notify_users: 0, show_profile: 0 });
	});

	it('Link sends 1 for a switch that is on', async () => {
		const body = await flags({ notifyUsers: true, showProfile: true });
		expect(body).toEqual({ appid: ABSENT, notify_users: 1, show_profile: 1 });
	});

	it('Link sends a Mini Program of several items once', async () => {
		const results = await world.results({ appIds: [mp(50), mp(51), mp(50), ` ${mp(50)}`] });
		expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill('invitationSent'));
		expect(results.map(({ attempts }) => attempts)).toEqual([1, 1, 0, 0]);
		expect(await world.controls.count(LINK)).toBe(2);
	});

	describe('Link of a Mini Program in two items', () => {
		const parameters = {
			notifyUsers: '={{ $json.notify }}',
			showProfile: '={{ $json.show }}',
		};
		const twice = async (...switches: Array<{ notify: unknown; show: unknown }>) =>
			await world.results({
				items: switches.map((fields) => ({ appId: mp(50), ...fields }) as IDataObject),
				parameters,
			});

		it('Link tells the second item which of its switches did not apply', async () => {
			const [first, second] = await twice(
				{ notify: false, show: true },
				{ notify: true, show: false },
			);
			expect(first.hint).not.toContain('Notify Followers');
			expect(second).toMatchObject({ outcome: 'invitationSent', attempts: 0 });
			expect(second.hint).toContain(`${first.hint} `);
			expect(second.hint).toContain('Notify Followers is on here and off there');
			expect(second.hint).toContain('Show on Profile is off here and on there');
			expect(await world.controls.calls({ path: LINK })).toMatchObject([
				{ body: { notify_users: 0, show_profile: 1 } },
			]);
		});

		it('Link names the switches that differ also after a failure', async () => {
			await world.controls.answerWith({}, { errcode: 89009 });
			const [first, second] = await twice(
				{ notify: false, show: false },
				{ notify: true, show: false },
			);
			expect(second.hint).toContain(`${first.hint} `);
			expect(second.hint).toContain('Notify Followers');
		});

		it('Link sends the second item if the first has a failing expression', async () => {
			const results = await world.results({
				items: [{ appId: mp(50), bad: true }, { appId: mp(50) }],
				parameters: { notifyUsers: '={{ $json.bad ? $("Nobody").item.json.x : true }}' },
			});
			expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'invitationSent']);
			expect(results[1].hint).not.toContain('Notify Followers');
			expect(await world.controls.count(LINK)).toBe(1);
		});
	});

	it('Link sends an appid in lower case', async () => {
		const results = await world.results({ appIds: [mp(10).toUpperCase(), mp(10)] });
		expect(results.map(({ outcome }) => outcome)).toEqual(['invitationSent', 'invitationSent']);
		expect(await world.controls.calls({ path: LINK })).toMatchObject([{ body: { appid: mp(10) } }]);
	});

	it('Link gives both items of a Mini Program the same failure', async () => {
		await world.controls.answerWith({}, { errcode: 89009 });
		const { outputs } = await world.run({ appIds: [mp(50), mp(50)] });
		expect(sizesOf({ outputs })).toEqual([0, 0, 2, 0, 0, 0, 0]);
		expect(await world.controls.count(LINK)).toBe(1);
	});
});
