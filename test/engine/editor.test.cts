import { CredentialTestContext, LoadOptionsContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, INodeCredentialTestResult } from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { setUp } from './engine.cts';
import { ghOf, LIST, mp, OA, OTHER_OA, useWorld } from './world.cts';

const { credentialTest, listSearch } = new WeChatMiniProgramLink().methods;
const world = useWorld();

describe('List of Mini Programs', () => {
	const search = async (filter?: string, credential = world.credential) => {
		const { workflow, node, additionalData } = setUp({ items: [], credential });
		const context = new LoadOptionsContext(workflow, node, additionalData, '');
		return (await listSearch.searchMiniProgramLinks.call(context, filter)).results;
	};

	beforeEach(async () => {
		const states = [1, 2, 3, 12, 4];
		for (const [n, state] of states.entries()) {
			await world.controls.addMiniProgram({ appId: mp(n), nickname: `Shop ${n}` });
			await world.controls.setRelation(OA, mp(n), state);
		}
	});

	it('The list in the editor shows each Mini Program with its name and status, and refused ones by original ID', async () => {
		expect(await search()).toEqual([
			{ name: 'Shop 0 (linked)', value: mp(0) },
			{ name: 'Shop 1 (waiting for the Mini Program administrator)', value: mp(1) },
			{ name: 'Shop 2 (refused)', value: ghOf(2) },
			{ name: 'Shop 3 (waiting for the Official Account administrator)', value: mp(3) },
			{ name: 'Shop 4 (status 4)', value: mp(4) },
		]);
	});

	it.each([
		['SHOP 3', [mp(3)]],
		['refused', [ghOf(2)]],
		[mp(1), [mp(1)]],
		['nothing like that', []],
	])('The list of Mini Programs can be filtered by %j', async (filter, values) => {
		expect((await search(filter)).map(({ value }) => value)).toEqual(values);
	});

	it('The list of Mini Programs is empty for an account without links', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const accessToken = await world.controls.issueToken(OTHER_OA);
		expect(await search('', { ...world.credential, accessToken })).toStrictEqual([]);
	});

	it('The list of Mini Programs works with a token service', async () => {
		expect(await search('', world.tokenService())).toHaveLength(5);
	});

	it('The list of Mini Programs says what to do when the token is rejected', async () => {
		await world.controls.replaceToken(OA);
		await expect(search()).rejects.toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('invalid credential'),
			description: expect.stringContaining('newest authorizer_access_token'),
		});
	});

	it('The list of Mini Programs says what to do after one call without an answer', async () => {
		await world.controls.answerWith({}, { drop: true });
		await expect(search()).rejects.toMatchObject({
			description: expect.stringContaining('API Base URL'),
		});
		expect(await world.controls.count(LIST)).toBe(1);
	});
});

describe('Credential test', () => {
	const test = async (
		fields: ICredentialDataDecryptedObject = {},
	): Promise<INodeCredentialTestResult> =>
		await credentialTest.testAuthorizerToken.call(new CredentialTestContext(), {
			id: '1',
			name: 'Credential',
			type: 'weChatAuthorizerTokenApi',
			data: { ...world.credential, ...fields },
		});

	const failed = (words: string) => ({ status: 'Error', message: expect.stringContaining(words) });

	it('The credential test succeeds when WeChat accepts the token', async () => {
		expect(await test()).toMatchObject({ status: 'OK' });
		expect(await world.controls.calls()).toMatchObject([{ path: LIST, body: {}, errcode: 0 }]);
	});

	it('The credential test succeeds with white space around the token and a slash after the URL', async () => {
		const accessToken = ` ${String(world.credential.accessToken)}\n`;
		expect(await test({ accessToken, apiBaseUrl: `${world.url}/ ` })).toMatchObject({
			status: 'OK',
		});
	});

	it('The credential test fails for a replaced token, although the HTTP status is 200', async () => {
		await world.controls.replaceToken(OA);
		expect(await test()).toMatchObject(failed('40001'));
	});

	it.each([
		[42001, 'newest authorizer_access_token'],
		[48001, '48001'],
		[-1, '-1'],
		[777001, '777001'],
	])('The credential test fails for answer code %i', async (errcode, words) => {
		await world.controls.answerWith({}, { errcode });
		expect(await test()).toMatchObject(failed(words));
	});

	it('The credential test names permission set 33 if the merchant has not granted it', async () => {
		await world.controls.grant(OA, []);
		expect(await test()).toMatchObject(failed('permission set 33'));
	});

	it('The credential test names the IP address that is missing from the whitelist', async () => {
		await world.controls.setIpWhitelist(['203.0.113.1']);
		expect(await test()).toMatchObject(failed('127.0.0.1'));
	});

	it.each<[string, ICredentialDataDecryptedObject, string]>([
		['an empty token', { accessToken: ' ' }, 'Fill in'],
		['an invalid URL', { apiBaseUrl: 'api.weixin.qq.com' }, 'API Base URL'],
		['a host where nobody listens', { apiBaseUrl: 'http://127.0.0.1:1' }, 'API Base URL'],
	])('The credential test fails with %s', async (_, fields, words) => {
		expect(await test(fields)).toMatchObject(failed(words));
	});

	it.each([200, 404, 502])(
		'The credential test fails when a page answers with HTTP %i',
		async (htmlStatus) => {
			await world.controls.answerWith({}, { htmlStatus });
			expect(await test()).toMatchObject(failed('API Base URL'));
		},
	);

	it('The credential test does not show a token that an answer repeats', async () => {
		const token = String(world.credential.accessToken);
		await world.controls.answerWith({}, { errcode: 777001, errmsg: `bad token ${token}` });
		expect((await test()).message).not.toContain(token);
	});
});

describe('Credential test with a token service', () => {
	const test = async (fields: ICredentialDataDecryptedObject = {}) =>
		await credentialTest.testAuthorizerToken.call(new CredentialTestContext(), {
			id: '1',
			name: 'Credential',
			type: 'weChatAuthorizerTokenApi',
			data: world.tokenService(fields),
		});

	it.each(['authorizer_access_token', 'access_token'] as const)(
		'The credential test succeeds when the token service answers with %s',
		async (key) => {
			await world.controls.setTokenService({ key });
			expect(await test()).toMatchObject({ status: 'OK' });
		},
	);

	it.each<[string, Parameters<typeof world.controls.setTokenService>[0], string]>([
		['HTTP 401', { secretHeader: { name: 'X-Key', value: 'secret' } }, 'Header Value'],
		['HTTP 500', { failure: 'http500' }, 'HTTP 500'],
		['a page', { failure: 'notJson' }, 'authorizer_access_token or access_token'],
		['no token', { failure: 'noToken' }, 'authorizer_access_token or access_token'],
		['the wrong kind of token', { wrongKind: 'component' }, '61015'],
	])(
		'The credential test fails when the token service answers with %s',
		async (_, settings, words) => {
			await world.controls.setTokenService(settings);
			const result = await test();
			expect(result.status).toBe('Error');
			expect(result.message).toContain(words);
		},
	);

	it('The credential test sends the secret header to the token service', async () => {
		await world.controls.setTokenService({ secretHeader: { name: 'X-Key', value: 'secret' } });
		const header = { tokenServiceHeaderName: 'X-Key', tokenServiceHeaderValue: 'secret' };
		expect(await test(header)).toMatchObject({ status: 'OK' });
	});

	it.each(['', 'tokens.example.com', 'http://127.0.0.1:1'])(
		'The credential test fails when the token service is at %j',
		async (tokenServiceUrl) => {
			const result = await test({ tokenServiceUrl });
			expect(result.status).toBe('Error');
			expect(result.message).toMatch(/token service/i);
		},
	);
});
