import type { ICredentialDataDecryptedObject, IDataObject, IHttpRequestHelper } from 'n8n-workflow';
import { inspect } from 'node:util';

import { WeChatOpenPlatformApi } from '../../credentials/WeChatOpenPlatformApi.credentials';
import { COMPONENT_TOKEN } from '../../nodes/tokens/componentToken';
import { storeInCredential } from '../../nodes/tokens/credentialStore';
import { TokenFailure } from '../../nodes/tokens/tokenFailure';
import type { Context } from '../../nodes/calls/transport';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const MINUTE = 60_000;
const SECRET = 'secret_canary_0123456789';
const TICKET = 'ticket@@@canary';
const CREDENTIALS: ICredentialDataDecryptedObject = {
	componentAppId: ' wx0123456789abcdef ',
	componentAppSecret: `${SECRET}\n`,
	componentVerifyTicket: TICKET,
	apiBaseUrl: 'https://api.weixin.qq.com/',
};

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** A WeChat that answers so; notes what it was asked. */
function wechat(answer: object | string | Error, statusCode = 200) {
	const asked: Array<{ url: string; body: unknown }> = [];
	const httpRequest = async ({ url, body }: { url: string; body: string }) => {
		asked.push({ url, body: JSON.parse(body) as unknown });
		if (answer instanceof Error) throw answer;
		const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
		return await Promise.resolve({ statusCode, body: text });
	};
	return { asked, helpers: { httpRequest } as unknown as IHttpRequestHelper['helpers'] };
}

async function renewComponentToken(
	helpers: IHttpRequestHelper['helpers'],
	credentials: ICredentialDataDecryptedObject,
) {
	const { preAuthentication } = new WeChatOpenPlatformApi();
	return await preAuthentication.call({ helpers }, credentials);
}

/** What n8n keeps when a ticket is stored, as its helper for authenticated requests does it. */
async function storeTicket(
	helpers: IHttpRequestHelper['helpers'],
	credentials: ICredentialDataDecryptedObject,
) {
	let kept: IDataObject = {};
	const context = {
		getNode: () => ({ credentials: {} }),
		helpers: {
			async httpRequestWithAuthentication(
				_type: string,
				request: { abortSignal: AbortSignal },
				options: { credentialsDecrypted: { data: ICredentialDataDecryptedObject } },
			) {
				const { data } = options.credentialsDecrypted;
				expect(data.componentAccessToken).toBe('');
				kept = await renewComponentToken(helpers, data);
				Object.assign(data, kept);
				request.abortSignal.throwIfAborted();
			},
		},
	} as unknown as Context;
	const isStored = await storeInCredential(context, credentials, {
		componentVerifyTicket: 'ticket@@@new',
		verifyTicketReceivedAt: NOW,
	});
	return { kept, isStored };
}

const OK = { component_access_token: 'T', expires_in: 7200 };

async function failureOf(work: Promise<unknown>): Promise<TokenFailure> {
	const error = await work.catch((e: unknown) => e);
	if (error instanceof TokenFailure) return error;
	throw new Error('there was a token');
}

describe('a new token of the platform', () => {
	it('is asked for with what the credential holds, without spaces', async () => {
		const { asked, helpers } = wechat(OK);
		const kept = await renewComponentToken(helpers, CREDENTIALS);
		expect(asked).toEqual([
			{
				url: 'https://api.weixin.qq.com/cgi-bin/component/api_component_token',
				body: {
					component_appid: 'wx0123456789abcdef',
					component_appsecret: SECRET,
					component_verify_ticket: TICKET,
				},
			},
		]);
		expect(kept).toEqual({
			componentAccessToken: 'T',
			componentAccessTokenExpiresAt: NOW + 120 * MINUTE,
			componentAccessTokenOrigin: expect.stringMatching(/^[\w-]{43}$/),
		});
	});

	it.each([
		['600', 10 * MINUTE],
		[undefined, 120 * MINUTE],
	])('with expires_in %j ends in %i ms', async (life, milliseconds) => {
		const { helpers } = wechat({ ...OK, expires_in: life });
		const kept = await renewComponentToken(helpers, CREDENTIALS);
		expect(kept.componentAccessTokenExpiresAt).toBe(NOW + milliseconds);
	});

	it('is renewed 10 minutes before its end, and is current until a field is edited', async () => {
		const kept = await renewComponentToken(wechat(OK).helpers, CREDENTIALS);
		const credentials = { ...CREDENTIALS, ...kept } as ICredentialDataDecryptedObject;
		expect(COMPONENT_TOKEN.renewAt(credentials)).toBe(NOW + 110 * MINUTE);
		expect(COMPONENT_TOKEN.isCurrent(credentials)).toBe(true);
		for (const field of ['componentAppId', 'componentAppSecret', 'apiBaseUrl']) {
			expect(COMPONENT_TOKEN.isCurrent({ ...credentials, [field]: 'x' })).toBe(false);
		}
		const other = { ...credentials, componentVerifyTicket: 'ticket@@@2', messageToken: 'x' };
		expect(COMPONENT_TOKEN.isCurrent(other)).toBe(true);
	});

	it('counts as used up while nothing is known of it', () => {
		expect(COMPONENT_TOKEN.renewAt({})).toBe(1);
		expect(COMPONENT_TOKEN.isCurrent(CREDENTIALS)).toBe(false);
	});
});

describe('no token of the platform', () => {
	it.each(['componentAppId', 'componentAppSecret', 'componentVerifyTicket', 'apiBaseUrl'])(
		'is asked for without %s',
		async (field) => {
			const { asked, helpers } = wechat(OK);
			const failure = await failureOf(
				renewComponentToken(helpers, { ...CREDENTIALS, [field]: '' }),
			);
			expect(failure.hint).not.toBe('');
			expect(asked).toEqual([]);
		},
	);

	it.each<[object | string | Error, number, string]>([
		[{ errcode: 61005, errmsg: `expired ${TICKET}` }, 200, 'authorization'],
		[{ errcode: 40125, errmsg: `invalid ${SECRET}` }, 200, 'authorization'],
		[{ errcode: -1, errmsg: 'system error' }, 200, 'retryable'],
		[{ errcode: 45009, errmsg: 'limit' }, 200, 'retryable'],
		[{ errcode: 0, errmsg: 'ok' }, 200, 'unknown'],
		[{ component_access_token: '' }, 200, 'unknown'],
		[{ component_access_token: 42 }, 200, 'unknown'],
		['<html>', 200, 'invalidRequest'],
		['<html>', 502, 'retryable'],
		['{"component_acc', 200, 'retryable'],
		[new Error(`failed with ${SECRET}`), 0, 'retryable'],
	])('comes of %j (HTTP %i): %s, and no secret is named', async (answer, status, category) => {
		const failure = await failureOf(
			renewComponentToken(wechat(answer, status).helpers, CREDENTIALS),
		);
		if (category !== 'unknown') expect(failure.category).toBe(category);
		expect(failure.message).not.toBe('');
		const text = inspect(failure, { showHidden: true, depth: 9 }) + String(failure.stack);
		expect(text).not.toContain(SECRET);
		expect(text).not.toContain(TICKET);
	});
});

describe('a pushed ticket', () => {
	const kept = { ...CREDENTIALS, componentAccessToken: 'T', componentAccessTokenExpiresAt: NOW };

	it('is kept together with the token, and nothing is asked', async () => {
		const { asked, helpers } = wechat(OK);
		const { kept: output, isStored } = await storeTicket(helpers, kept);
		expect(isStored).toBe(true);
		expect(output).toMatchObject({
			componentVerifyTicket: 'ticket@@@new',
			verifyTicketReceivedAt: NOW,
			componentAccessToken: 'T',
		});
		expect(asked).toEqual([]);
	});

	it('leaves the credential it came from as it was', async () => {
		await storeTicket(wechat(OK).helpers, kept);
		expect(kept).toMatchObject({ componentAccessToken: 'T', componentVerifyTicket: TICKET });
	});

	it('leaves nothing behind that would keep the next token from being made', async () => {
		const { asked, helpers } = wechat(OK);
		const { kept: output } = await storeTicket(helpers, kept);
		const later = {
			...kept,
			...output,
			componentAccessToken: '',
		} as ICredentialDataDecryptedObject;
		const renewed = await renewComponentToken(helpers, later);
		expect(renewed.componentAccessToken).toBe('T');
		expect(asked).toMatchObject([{ body: { component_verify_ticket: 'ticket@@@new' } }]);
	});
});

describe('the credential', () => {
	const type = new WeChatOpenPlatformApi();

	it('sends the token as component_access_token', async () => {
		const options = { url: 'https://api.weixin.qq.com', qs: { a: 1 } };
		const sent = await type.authenticate({ componentAccessToken: 'T' }, options);
		expect(sent.qs).toEqual({ a: 1, component_access_token: 'T' });
		expect(options.qs).toEqual({ a: 1 });
	});

	it('hides what is secret, and is for this package\u2019s nodes only', () => {
		const secrets = type.properties.filter(({ name }) => /Secret|Token$|Key|Ticket$/.test(name));
		expect(secrets.map(({ name }) => name)).toHaveLength(6);
		for (const { typeOptions } of secrets) expect(typeOptions?.password).toBe(true);
		expect(type.restrictToSupportedNodes).toBe(true);
	});
});
