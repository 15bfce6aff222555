import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	INode,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { WeChatAuthorizerTokenApi } from '../../../credentials/WeChatAuthorizerTokenApi.credentials';
import { WeChatOpenPlatformApi } from '../../../credentials/WeChatOpenPlatformApi.credentials';
import type { Context } from '../../../nodes/calls/transport';
import { accessTo, credentialIdOf, storeInCredential } from '../../../nodes/tokens/credentialStore';
import { MemoryCredentials } from '../../engine/credentials.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const PLATFORM = 'weChatOpenPlatformApi';
const ACCOUNT = 'weChatAuthorizerTokenApi';
const ID = '17';
const RECORD: ICredentialDataDecryptedObject = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
	componentVerifyTicket: 'ticket@@@1',
	componentAccessToken: 'T',
	apiBaseUrl: 'https://api.weixin.qq.com',
};

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** A node in n8n whose credential of a type contains this record. */
function nodeWith(type: string, record: ICredentialDataDecryptedObject) {
	const stored = new Map([[ID, { ...record }]]);
	const types = [new WeChatOpenPlatformApi(), new WeChatAuthorizerTokenApi()];
	const credentials = new MemoryCredentials(types, stored);
	const node = {
		id: 'node',
		name: 'Node',
		credentials: { [type]: { id: ID, name: 'My credential' } },
	} as unknown as INode;
	const sent: IHttpRequestOptions[] = [];
	const warnings: string[] = [];
	const getCredentials = async (name: string) =>
		await credentials.getDecrypted(
			{} as IWorkflowExecuteAdditionalData,
			{ id: ID, name: 'My credential' },
			name,
			'manual',
		);
	const context = {
		getNode: () => node,
		getCredentials,
		logger: { warn: (message: string) => warnings.push(message) },
		helpers: {
			/** As in n8n, but the request is only recorded. */
			async httpRequestWithAuthentication(
				this: Context,
				name: string,
				request: IHttpRequestOptions,
				options?: { credentialsDecrypted?: { data?: ICredentialDataDecryptedObject } },
			) {
				const data = options?.credentialsDecrypted?.data ?? (await getCredentials(name));
				await credentials.preAuthentication({ helpers: this.helpers }, data, name, node, false);
				sent.push(await credentials.authenticate(data, name, request));
				return { statusCode: 200, body: '{}' };
			},
		},
	} as unknown as Context;
	const request = async (url: string) =>
		await context.helpers.httpRequestWithAuthentication.call(context, type, { url, qs: { a: 1 } });
	return { context, stored, sent, warnings, credentials, request };
}

const NEW = { componentVerifyTicket: 'ticket@@@2', verifyTicketReceivedAt: NOW };

describe('Storing fields', () => {
	it('A credential gets the changes and the time of the write, and keeps its other fields', async () => {
		const { context, stored, sent } = nodeWith(PLATFORM, RECORD);
		const credentials = await context.getCredentials(PLATFORM);
		expect(await storeInCredential(context, PLATFORM, credentials, NEW)).toBe(true);
		expect(stored.get(ID)).toMatchObject({ ...RECORD, ...NEW, storedAt: NOW });
		expect(sent).toStrictEqual([]);
	});

	it('A stored credential contains no trace of the order to store it', async () => {
		const { context, stored } = nodeWith(PLATFORM, RECORD);
		await storeInCredential(context, PLATFORM, RECORD, NEW);
		const record = stored.get(ID) ?? {};
		expect(Object.getOwnPropertySymbols(record)).toStrictEqual([]);
		const known = new WeChatOpenPlatformApi().properties.map(({ name }) => name);
		for (const name of Object.keys(record)) expect(known).toContain(name);
	});

	it('A credential is stored each time a change is made', async () => {
		const { context, stored } = nodeWith(PLATFORM, RECORD);
		const access = accessTo(context, PLATFORM);
		expect(await access.store(await access.read(), NEW)).toBe(true);
		jest.setSystemTime(NOW + 1);
		const next = { componentVerifyTicket: 'ticket@@@3' };
		expect(await access.store(await access.read(), next)).toBe(true);
		expect(stored.get(ID)).toMatchObject({
			componentVerifyTicket: 'ticket@@@3',
			verifyTicketReceivedAt: NOW,
			storedAt: NOW + 1,
		});
	});

	it('The credential that was read is not changed by storing', async () => {
		const { context } = nodeWith(PLATFORM, RECORD);
		const credentials = { ...RECORD };
		await storeInCredential(context, PLATFORM, credentials, NEW);
		expect(credentials).toEqual(RECORD);
		expect(Object.getOwnPropertySymbols(credentials)).toStrictEqual([]);
	});

	it('An expression in a field is not overwritten by a stored value', async () => {
		const ticket = '={{ $vars.ticket }}';
		const { context, stored } = nodeWith(PLATFORM, { ...RECORD, componentVerifyTicket: ticket });
		await storeInCredential(context, PLATFORM, RECORD, NEW);
		expect(stored.get(ID)).toMatchObject({ componentVerifyTicket: ticket });
	});

	it.each(['x', '0:{', '0:5', '0:[1]', 5, ''])(
		'Fields are stored even if an import brought %j as the list of expressions, which becomes an expression again',
		async (typedExpressions) => {
			const { context, stored } = nodeWith(PLATFORM, RECORD);
			const credentials = { ...RECORD, typedExpressions };
			expect(await storeInCredential(context, PLATFORM, credentials, NEW)).toBe(true);
			expect(stored.get(ID)).toMatchObject({ ...RECORD, ...NEW });
			expect(stored.get(ID)?.typedExpressions).toMatch(/^=/);
		},
	);

	it.each([
		['a', { [PLATFORM]: { id: ID, name: 'My credential' } }, ID, 'My credential'],
		['a never saved', { [PLATFORM]: { id: null, name: 'My credential' } }, '', 'My credential'],
		['no such', { [ACCOUNT]: { id: ID, name: 'Another one' } }, '', ''],
		['no', undefined, '', ''],
	])('Fields are stored in the credential that the node names: %s credential', async (...of) => {
		const [, credentials, id, name] = of;
		const given: unknown[] = [];
		const context = {
			getNode: () => ({ credentials }),
			helpers: {
				httpRequestWithAuthentication: async (...all: unknown[]) => {
					given.push(...all);
					return await Promise.resolve();
				},
			},
		} as unknown as Context;
		expect(await storeInCredential(context, PLATFORM, RECORD, NEW)).toBe(false);
		expect(given).toMatchObject([
			PLATFORM,
			{ url: '' },
			{ credentialsDecrypted: { id, name, type: PLATFORM, data: RECORD } },
		]);
		expect(credentialIdOf(context, PLATFORM)).toBe(id);
	});

	it('Fields can be stored in the credential of an Official Account as well', async () => {
		const { context, stored } = nodeWith(ACCOUNT, { tokenSource: 'tokenService' });
		const changes = { authorizerAccessToken: 'T', storedMadeAt: NOW };
		expect(await storeInCredential(context, ACCOUNT, {}, changes)).toBe(true);
		expect(stored.get(ID)).toMatchObject({ tokenSource: 'tokenService', ...changes });
	});

	it('Nothing is stored if the database fails', async () => {
		const { context, stored, credentials } = nodeWith(PLATFORM, RECORD);
		jest
			.spyOn(credentials, 'preAuthentication')
			.mockRejectedValue(new Error('The database is locked'));
		expect(await storeInCredential(context, PLATFORM, RECORD, NEW)).toBe(false);
		expect(stored.get(ID)).toEqual(RECORD);
	});

	it('Nothing is stored if n8n does not ask the credential', async () => {
		const { context, credentials } = nodeWith(PLATFORM, RECORD);
		jest.spyOn(credentials, 'preAuthentication').mockResolvedValue(undefined);
		expect(await storeInCredential(context, PLATFORM, RECORD, NEW)).toBe(false);
	});
});

describe.each([
	['n8n from 2.34 on', false],
	['n8n up to 2.30, which stores all that it has resolved', true],
])('Expressions, %s', (_, storesAllResolved) => {
	it.each([
		[PLATFORM, 'platform', { receivedPushes: 'P' }],
		[PLATFORM, 'tokenService', { receivedPushes: 'P' }],
		[ACCOUNT, 'accessToken', { authorizerAccessToken: 'T' }],
		[ACCOUNT, 'tokenService', { authorizerAccessToken: 'T' }],
	])(
		'Expressions stay in all fields of %s with the token source %s',
		async (type, source, changes) => {
			const typed = Object.fromEntries(
				fieldsOf(type, source).map((name) => [name, `={{ "value of ${name}" }}`]),
			);
			const { context, stored, credentials } = nodeWith(type, { tokenSource: source, ...typed });
			credentials.storesAllResolved = storesAllResolved;
			const access = accessTo(context, type);
			for (const change of [changes, { storedAt: NOW }]) {
				const read = await access.read();
				for (const name of Object.keys(typed)) expect(read[name]).toBe(`value of ${name}`);
				// API Base URL may be a field with an expression, which must stay.
				expect(await access.store(read, { ...change, apiBaseUrl: 'https://x' })).toBe(true);
			}
			expect(stored.get(ID)).toMatchObject({ tokenSource: source, ...typed, ...changes });
		},
	);
});

/** The fields of a form that accept an expression. */
function fieldsOf(type: string, source: string): string[] {
	const { properties } =
		type === PLATFORM ? new WeChatOpenPlatformApi() : new WeChatAuthorizerTokenApi();
	return properties
		.filter(({ type: kind, noDataExpression }) => !/hidden|notice/.test(kind) && !noDataExpression)
		.filter(({ displayOptions }) =>
			(displayOptions?.show?.tokenSource ?? [source]).includes(source),
		)
		.map(({ name }) => name);
}

describe('Requests of other nodes', () => {
	it('A request of another node is sent with the token and stores nothing', async () => {
		const { request, sent, stored } = nodeWith(PLATFORM, RECORD);
		await request('https://api.weixin.qq.com/x');
		expect(sent).toEqual([
			{ url: 'https://api.weixin.qq.com/x', qs: { a: 1, component_access_token: 'T' } },
		]);
		expect(stored.get(ID)).toEqual(RECORD);
	});

	it.each([
		['accessToken', 'pasted'],
		['tokenService', 'fetched'],
	])(
		'A request for an Official Account is sent with the token of its source %s',
		async (source, token) => {
			const { request, sent } = nodeWith(ACCOUNT, {
				tokenSource: source,
				accessToken: 'pasted',
				authorizerAccessToken: 'fetched',
			});
			await request('https://api.weixin.qq.com/x');
			expect(sent).toMatchObject([{ qs: { a: 1, access_token: token } }]);
		},
	);

	it('The options of a request are not changed', async () => {
		const options = { url: 'https://api.weixin.qq.com', qs: { a: 1 } };
		await new WeChatOpenPlatformApi().authenticate({ componentAccessToken: 'T' }, options);
		expect(options.qs).toEqual({ a: 1 });
	});

	it('A request without an address is not sent', async () => {
		const { request, sent } = nodeWith(PLATFORM, RECORD);
		await expect(request('')).rejects.toThrow('without an address');
		expect(sent).toStrictEqual([]);
	});

	it.each([new WeChatOpenPlatformApi(), new WeChatAuthorizerTokenApi()])(
		'A request of another node never makes n8n request a token ($name)',
		async (type) => {
			const httpRequest = jest.fn();
			const helpers = { httpRequest } as never;
			expect(await type.preAuthentication.call({ helpers }, { ...RECORD, storedAt: '' })).toEqual(
				{},
			);
			expect(httpRequest).not.toHaveBeenCalled();
		},
	);
});

describe('Access', () => {
	it('An access reads the credential as it is now and warns an administrator', async () => {
		const { context, stored, warnings } = nodeWith(PLATFORM, RECORD);
		const access = accessTo(context, PLATFORM);
		expect(await access.read()).toMatchObject(RECORD);
		stored.set(ID, { ...RECORD, ...NEW });
		expect(await access.read()).toMatchObject(NEW);
		access.warn('oh');
		expect(warnings).toEqual(['oh']);
	});

	it('A credential has the id that the node names, or none', () => {
		const { context } = nodeWith(PLATFORM, RECORD);
		expect(credentialIdOf(context, PLATFORM)).toBe(ID);
		expect(credentialIdOf(context, ACCOUNT)).toBe('');
	});
});

describe.each([
	{ type: new WeChatOpenPlatformApi(), secretCount: 10 },
	{ type: new WeChatAuthorizerTokenApi(), secretCount: 3 },
])('The credential $type.displayName', ({ type, secretCount }) => {
	it('Secret fields of a credential are hidden', () => {
		const isSecret = /Secret$|Token$|Tokens$|Key$|Ticket$|HeaderValue$|Codes$|Pushes$/;
		const secrets = type.properties.filter(({ name }) => isSecret.test(name));
		expect(secrets).toHaveLength(secretCount);
		for (const { typeOptions } of secrets) expect(typeOptions?.password).toBe(true);
	});

	it('A credential can only be used in nodes of this package', () => {
		expect(type.restrictToSupportedNodes).toBe(true);
	});
});
