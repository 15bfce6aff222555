import { WeChatAuthorizerTokenApi } from '../../../credentials/WeChatAuthorizerTokenApi.credentials';
import { WeChatOpenPlatformApi } from '../../../credentials/WeChatOpenPlatformApi.credentials';
import { secretsOf } from '../../../nodes/accounts/credentialReader';
import { withInputFields } from '../../../nodes/WeChatMiniProgramLink/inputFields';

const RESULT = { outcome: 'linked', hint: '' };
const TOKEN = `61_${'aB3-_x/+'.repeat(8)}`;

const added = (input: object, secrets: readonly string[] | undefined = [TOKEN]) => {
	const { outcome, hint, ...rest } = withInputFields(RESULT, input as never, secrets);
	expect({ outcome, hint }).toEqual(RESULT);
	return rest;
};

describe('Fields of an input item', () => {
	it('Input fields precede those of the result, and neither is changed', () => {
		const input = { name: 'Tea House', nested: { a: [1, { b: null }] }, at: new Date(0), no: null };
		const before = structuredClone(input);
		const json = withInputFields(RESULT, input as never, [TOKEN]);
		expect(Object.keys(json)).toEqual(['name', 'nested', 'at', 'no', 'outcome', 'hint']);
		expect(json).toEqual({ ...RESULT, ...before });
		expect(input).toEqual(before);
		expect(RESULT).toEqual({ outcome: 'linked', hint: '' });
	});

	it('An input field with the name of a result field is left out', () => {
		expect(Object.entries(added({ hint: 'mine', outcome: 'mine', toString: 'kept' }))).toEqual([
			['toString', 'kept'],
		]);
	});

	it('An input field named __proto__ is a field like any other', () => {
		const json = added(JSON.parse('{"__proto__": {"polluted": true}, "a": 1}') as object);
		expect(Object.keys(json)).toEqual(['__proto__', 'a']);
		expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});

	it.each([
		TOKEN,
		` ${TOKEN}\n`,
		`Bearer ${TOKEN}`,
		`https://example.com/?t=${encodeURIComponent(TOKEN)}`,
		JSON.stringify({ t: TOKEN }),
	])('An input field with the token in %j is left out', (text) => {
		expect(added({ text, list: [text, 'kept'], nested: { text, kept: true } })).toEqual({
			list: ['kept'],
			nested: { kept: true },
		});
		expect(added({ [text]: 1, kept: true })).toEqual({ kept: true });
	});

	it.each(['weixin', 'tea', '12345678', 'weixinpay', '20261130', 'wx2026'])(
		'The word %s stays in input fields, although it is also a secret of the credential',
		(word) => {
			const input = { [word]: 1, channel: word, text: ` ${word} `, link: `https://a/?c=${word}` };
			expect(added(input, [word])).toEqual(input);
		},
	);

	it.each(['k3yk3yk3', 'canary_header_value_0123456789', 'a'.repeat(24), '1'.repeat(24)])(
		'The secret %s, long or random enough, is left out of input fields',
		(secret) => {
			const input = { a: `Bearer ${secret}`, [secret]: 1, kept: secret.slice(1, -1) };
			expect(added(input, [secret])).toEqual({ kept: secret.slice(1, -1) });
		},
	);

	it('A secret in an object without prototype is left out', () => {
		const bare = Object.assign(Object.create(null) as object, { text: TOKEN, kept: true });
		expect(added({ bare })).toEqual({ bare: { kept: true } });
	});

	it.each([
		'access_token',
		'accessToken',
		'authorizer_access_token',
		'authorizerRefreshToken',
		'rejectedToken',
		'x-rejected-token',
		'component_verify_ticket',
		'componentVerifyTicket',
		'AppSecret',
		'component_appsecret',
		'encodingAESKey',
		'authorizationCode',
		'auth_code',
		'preAuthCode',
		'pre_auth_code',
	])('An input field named %s is left out', (name) => {
		expect(added({ [name]: 'x', nested: { [name]: 'x' } })).toEqual({ nested: {} });
	});

	it.each(['tokens', 'ticket', 'ticketNumber', 'secretary', 'postcode', 'author', 'keyAccount'])(
		'An input field named %s is kept',
		(name) => {
			expect(added({ [name]: 'x' })).toEqual({ [name]: 'x' });
		},
	);

	it('Every text that may be a token is left out while the secrets are unknown', () => {
		const input = { a: TOKEN, b: ` ${TOKEN} `, name: 'Tea House', text: 'A longer text of words' };
		const fields = withInputFields(RESULT, input, undefined);
		expect(fields).toEqual({ ...RESULT, name: 'Tea House', text: 'A longer text of words' });
	});

	it('Fields of 10,000 items with 20 fields each are compared with 10 secrets within the test timeout', () => {
		const input = Object.fromEntries(
			Array.from({ length: 20 }, (_, n) => [`field${n}`, `value ${n} of a merchant`]),
		);
		const secrets = Array.from({ length: 10 }, (_, n) => `${TOKEN}${n}`);
		let fields = 0;
		for (let n = 0; n < 10_000; n++) {
			fields += Object.keys(withInputFields(RESULT, input, secrets)).length;
		}
		expect(fields).toBe(10_000 * 22);
	});
});

describe('Secrets of a credential', () => {
	it.each([new WeChatAuthorizerTokenApi(), new WeChatOpenPlatformApi()])(
		'All password fields of $name with one secret each are secrets',
		({ properties }) => {
			const LISTS = ['authorizerAccessTokens', 'authorizationCodes', 'receivedPushes'];
			const names = properties

				.filter(({ typeOptions }) => typeOptions?.password)
				.map(({ name }) => name)
				.filter((name) => !LISTS.includes(name));
			expect(names.length).toBeGreaterThan(2);
			for (const name of names) expect(secretsOf({ [name]: 'value' })).toEqual(['value']);
		},
	);

	it('A secret counts as it was typed and as it is used', () => {
		expect(
			secretsOf({ accessToken: ' a\nb ', messageToken: '', encodingAesKey: null as never }),
		).toEqual(['a\nb', 'ab']);
	});
});
