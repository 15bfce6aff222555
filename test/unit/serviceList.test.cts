import { readServiceList } from '../../nodes/tokens/platformService';

const ONE = 'wx00000000000000a1';
const TWO = 'wx00000000000000a2';

const read = (body: unknown, statusCode = 200) =>
	readServiceList({ statusCode, body: typeof body === 'string' ? body : JSON.stringify(body) });
const account = (
	appId: string,
	name: string | null = null,
	authorizedAt: string | null = null,
) => ({
	appId,
	name,
	authorizedAt,
});

describe('the accounts that a token service offers', () => {
	it('may be appids alone, in a list or in the field list', () => {
		expect(read([ONE, TWO.toUpperCase()])).toEqual([account(ONE), account(TWO)]);
		expect(read({ list: [ONE] })).toEqual([account(ONE)]);
		expect(read([])).toStrictEqual([]);
	});

	it('may have a name and the time when they authorised', () => {
		const list = [
			{ authorizer_appid: ONE, nick_name: ' Tea House ', auth_time: 1635156704 },
			{ appid: TWO, name: 'Noodles' },
		];
		expect(read(list)).toEqual([
			account(ONE, 'Tea House', '2021-10-25T10:11:44.000Z'),
			account(TWO, 'Noodles'),
		]);
	});

	it('are each there once, and nothing else is', () => {
		const list = [
			ONE,
			null,
			7,
			'',
			'Tea House',
			{},
			{ name: 'x' },
			[],
			{ appid: ONE, name: 'Tea' },
		];
		expect(read(list)).toEqual([account(ONE, 'Tea')]);
	});

	it.each([
		[200, {}],
		[200, { list: {} }],
		[200, 'no JSON'],
		[200, 'null'],
		[404, [ONE]],
		[302, [ONE]],
	])('are not known from HTTP %i with %j', (status, body) => {
		expect(read(body, status)).toMatchObject({
			category: 'authorization',
			problem: `The token service offers no list of accounts (HTTP ${status})`,
			whoActs: 'operator',
		});
	});

	it.each([0, 500, 503])('may be known later where the status is %i', (status) => {
		expect(read([ONE], status)).toMatchObject({ category: 'retryable' });
	});
});
