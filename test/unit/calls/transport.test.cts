import type { IExecuteFunctions } from 'n8n-workflow';

import { Transport } from '../../../nodes/calls/transport';

/** A transport, and what it passes to n8n's request helper. */
function over(answering: () => unknown) {
	const requests: unknown[] = [];
	const httpRequest = async (request: unknown) => {
		requests.push(request);
		return await Promise.resolve(answering());
	};
	const transport = new Transport(
		{ helpers: { httpRequest } } as unknown as IExecuteFunctions,
		1000,
	);
	const send = async (token = 'T', body = {}) =>
		await transport.send({ baseUrl: 'https://a', api: 'wxamplinkget', body }, token);
	return { requests, send };
}

const failingWith = (thrown: unknown) =>
	over(() => {
		throw thrown;
	});

const coded = (code: unknown, options?: ErrorOptions) =>
	Object.assign(new Error('https://a/?access_token=T', options), { code });

describe('Requests', () => {
	it('A request is JSON as a text, follows no redirect and accepts any answer as a text', async () => {
		const { requests, send } = over(() => ({ statusCode: 200, body: '{"errcode":0}' }));
		expect(await send()).toMatchObject({ errcode: 0 });
		expect(requests).toEqual([
			{
				method: 'POST',
				url: 'https://a/cgi-bin/wxopen/wxamplinkget',
				body: '{}',
				headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
				qs: { access_token: 'T' },
				timeout: 1000,
				encoding: 'text',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			},
		]);
	});
});

it('A request with an HTTP answer had a connection, whatever the answer', async () => {
	for (const [statusCode, body] of [
		[200, '{"errcode":0}'],
		[200, '<html>'],
		[502, ''],
	] as const) {
		expect(await over(() => ({ statusCode, body })).send()).not.toHaveProperty('connection');
	}
});

describe('Tokens', () => {
	const answering = (errmsg: string) =>
		over(() => ({ statusCode: 200, body: JSON.stringify({ errcode: 40001, errmsg }) }));

	it("A token in WeChat's text is replaced by stars", async () => {
		const { send } = answering('invalid: T_1, not T_1');
		expect(await send('T_1')).toMatchObject({ errmsg: 'invalid: ***, not ***' });
	});

	it("A quote of an answer that is not WeChat's hides the token and all texts that were sent", async () => {
		const page = 'refused: T_1, wx1 and 7';
		const { send } = over(() => ({ statusCode: 403, body: page }));
		const { foreign } = await send('T_1', { appid: 'wx1', size: 7 });
		expect(foreign?.en).toContain('refused: ***, *** and 7');
	});

	it("WeChat's text is unchanged if no token was sent", async () => {
		expect(await answering('no token').send('')).toMatchObject({ errmsg: 'no token' });
	});
});

describe('Missing answers', () => {
	it.each([
		['its cause', coded('ECONNREFUSED'), ': the server refused the connection'],
		[
			'the cause of its cause',
			new Error('', { cause: coded(undefined, { cause: coded('ECONNRESET') }) }),
			': the connection was closed before an answer arrived',
		],
		[
			'the code that is a text',
			coded(500, { cause: coded('ECONNABORTED') }),
			': no answer arrived in time',
		],
		['a code nobody has named', coded('EPROTO'), ': the connection was not possible (EPROTO)'],
		['no cause', new Error('https://a/?access_token=T'), ''],
		['no error at all', 'https://a/?access_token=T', ''],
	])('A request without an answer reports only %s', async (_, thrown, reason) => {
		expect(await failingWith(thrown).send()).toMatchObject({
			errcode: null,
			missing: 'noAnswer',
			errmsg: `No answer from WeChat${reason}`,
		});
	});

	it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])(
		'A request that fails with %s was certainly not sent',
		async (code) => {
			expect(await failingWith(coded(code)).send()).toMatchObject({ connection: 'none' });
		},
	);

	it.each(['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPROTO', undefined])(
		'A request that fails with %s may have arrived',
		async (code) => {
			expect(await failingWith(coded(code)).send()).toMatchObject({ connection: 'lost' });
		},
	);
});
