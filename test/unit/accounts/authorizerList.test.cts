import { listAuthorizers } from '../../../nodes/accounts/authorizerList';
import type { AskPlatform } from '../../../nodes/tokens/authorizerInfo';
import { readReply } from '../../../nodes/wechat/reply';

const A = 'wx00000000000000aa';
const B = 'wx00000000000000bb';

/** A platform whose list answers with these bodies, and then repeats the last one. */
function platformWith(...bodies: object[]): { call: AskPlatform; asked: unknown[] } {
	const asked: unknown[] = [];
	const call: AskPlatform = async (_, body) => {
		asked.push(body);
		const next = bodies.length > 1 ? bodies.shift() : bodies[0];
		return { ...readReply(200, JSON.stringify(next)), attempts: 1, mayHaveArrived: false };
	};
	return { call, asked };
}

const listed = async (...bodies: object[]) =>
	(await listAuthorizers(platformWith(...bodies).call, Infinity)).authorizers;

describe('Time of an authorization', () => {
	it.each([
		[1_700_000_000, '2023-11-14T22:13:20.000Z'],
		['1700000000', '2023-11-14T22:13:20.000Z'],
		[1e18, null],
		[1e12, null],
		[-1, null],
		[0, null],
		['soon', null],
		['', null],
		[null, null],
		[true, null],
		[undefined, null],
	])('The auth_time %j becomes %j', async (time, expected) => {
		expect(
			await listed({ total_count: 1, list: [{ authorizer_appid: A, auth_time: time }] }),
		).toEqual([{ appId: A, authorizedAt: expected }]);
	});
});

describe('List of accounts', () => {
	it('Entries without an appid are left out of the list of accounts', async () => {
		const list = [{ auth_time: 1 }, null, 'x', { authorizer_appid: '' }, { authorizer_appid: A }];
		expect(await listed({ list }, { list: [] })).toEqual([{ appId: A, authorizedAt: null }]);
	});

	it.each([0, -1, 'many', null, 1.5])(
		'The list of accounts is read to its end if total_count is %j',
		async (total) => {
			const pages = [[{ authorizer_appid: A }], [{ authorizer_appid: B }], []];
			const bodies = pages.map((list) => ({ total_count: total, list }));
			expect((await listed(...bodies)).map(({ appId }) => appId)).toEqual([A, B]);
		},
	);

	it('The list of accounts is read once if total_count says that it is complete', async () => {
		const { call, asked } = platformWith({ total_count: 1, list: [{ authorizer_appid: A }] });
		const { next } = await listAuthorizers(call, 20);
		expect(asked).toEqual([{ offset: 0, count: 20 }]);
		expect(next).toBeUndefined();
	});

	it('A failure ends the list of accounts, and what came before it is kept', async () => {
		const pages = [{ list: [{ authorizer_appid: A }] }, { errcode: 61004 }];
		const { answer, authorizers } = await listAuthorizers(platformWith(...pages).call, 20);
		expect(answer.errcode).toBe(61004);
		expect(authorizers).toHaveLength(1);
	});

	const entry = (appId: string) => ({ authorizer_appid: appId });
	const page = (total: unknown, ...list: unknown[]) => ({ total_count: total, list });

	it.each([
		['was read to its end', true, [page(2, entry(A)), page(2, entry(B))]],
		['has no entries', true, [page(0)]],
		['has an entry without an appid', true, [page(2, entry(A), {})]],
		['breaks off', false, [page(2, entry(A)), { errcode: -1 }]],
		['ends before its end', false, [page(3, entry(A)), page(3)]],
		['grew meanwhile', false, [page(2, entry(A)), page(3, entry(A), entry(B))]],
		['does not say how long it is', true, [{ list: [entry(A)] }, { list: [] }]],
		['does not say how long it is and ends with no list', false, [{ list: [entry(A)] }, {}]],
		['is no list', false, [{}]],
	])('A list of accounts that %s is reported as whole: %j', async (_, expected, bodies) => {
		const { call } = platformWith(...bodies);
		expect((await listAuthorizers(call, Infinity)).isWhole).toBe(expected);
	});

	it('A list of accounts that was read in part is not whole', async () => {
		const { call } = platformWith(page(2, entry(A), entry(B)));
		expect((await listAuthorizers(call, 1)).isWhole).toBe(false);
		expect((await listAuthorizers(call, 20, 1)).isWhole).toBe(false);
	});

	it('A list of accounts that was read in part says where to continue', async () => {
		const list = [A, B].map((appId) => ({ authorizer_appid: appId }));
		const { call } = platformWith({ total_count: 30, list });
		expect((await listAuthorizers(call, 2, 4)).next).toBe(6);
	});
});
