import {
	askAuthorizer,
	knownKindOf,
	noteAuthorization,
	notedAuthorizationOf,
	type AskPlatform,
} from '../../../nodes/tokens/authorizerInfo';
import type { KeptTokens } from '../../../nodes/tokens/keptTokens';
import { answered } from '../fakes.cts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

let platforms = 0;

/** A platform that no other test uses. */
const platform = () => ({ origin: `o${++platforms}` }) as KeptTokens;

const telling =
	(info: object, errcode = 0): AskPlatform =>
	async () =>
		await Promise.resolve({
			...answered(errcode),
			payload: { authorizer_info: info, authorization_info: { func_info: [] } },
			attempts: 1,
			mayHaveArrived: false,
		});

describe('Kinds of accounts', () => {
	it('The kind of an account is known once WeChat has answered, for that platform only', async () => {
		const [one, another] = [platform(), platform()];
		expect(knownKindOf(one, 'wxa')).toBeUndefined();
		const info = await askAuthorizer(one, telling({ nick_name: 'Tea', store_info: {} }), 'wxa');
		expect(info).toMatchObject({ name: 'Tea', authorizer: { accountKind: 'shop' } });
		expect(knownKindOf(one, 'wxa')).toBe('shop');
		expect(knownKindOf(one, 'wxb')).toBeUndefined();
		expect(knownKindOf(another, 'wxa')).toBeUndefined();
	});

	it('Neither a refusal nor an incomplete answer shows the kind of an account', async () => {
		const one = platform();
		const refused = await askAuthorizer(one, telling({ store_info: {} }, 61003), 'wxa');
		expect(refused).toMatchObject({ name: null, authorizer: undefined });
		const broken = await askAuthorizer(one, telling([]), 'wxa');
		expect(broken).toMatchObject({ name: null, authorizer: undefined });
		expect(knownKindOf(one, 'wxa')).toBeUndefined();
	});
});

describe('Times of authorizations', () => {
	it('The time of an authorization is that of the last one, for that platform only', () => {
		const [one, another] = [platform(), platform()];
		expect(notedAuthorizationOf(one, 'wxa')).toBe(0);
		noteAuthorization(one, 'wxa');
		jest.setSystemTime(NOW + 1000);
		noteAuthorization(one, 'wxa');
		expect(notedAuthorizationOf(one, 'wxa')).toBe(NOW + 1000);
		expect(notedAuthorizationOf(another, 'wxa')).toBe(0);
	});
});

describe('Memory', () => {
	it('A process remembers the first ten thousand kinds and the last ten thousand times', async () => {
		const one = platform();
		const ids = Array.from({ length: 10_001 }, (_, n) => `wx${n}`);
		for (const id of ids) {
			await askAuthorizer(one, telling({ store_info: {} }), id);
			noteAuthorization(one, id);
		}
		expect(knownKindOf(one, ids[0])).toBe('shop');
		expect(knownKindOf(one, ids[10_000])).toBeUndefined();
		expect(notedAuthorizationOf(one, ids[0])).toBe(0);
		expect(notedAuthorizationOf(one, ids[10_000])).toBe(NOW);
	});
});
