import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';

import { TokenFailure } from '../../nodes/tokens/tokenFailure';
import {
	fetchFromTokenService,
	readTokenServiceAnswer,
	tokenServiceOrigin,
	tokenServiceRequest,
} from '../../nodes/tokens/tokenService';

const SECRET = 'header-value-canary';
const CREDENTIALS: ICredentialDataDecryptedObject = {
	tokenSource: 'tokenService',
	tokenServiceUrl: 'https://tokens.example.com/a',
	tokenServiceHeaderName: 'X-Key',
	tokenServiceHeaderValue: SECRET,
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const MINUTE = 60_000;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const read = (body: unknown, statusCode = 200) =>
	readTokenServiceAnswer(statusCode, body, CREDENTIALS);

/** Why there is no token. */
function failureOf(work: () => unknown): TokenFailure {
	try {
		work();
	} catch (error) {
		if (error instanceof TokenFailure) return error;
		throw error;
	}
	throw new Error('there was a token');
}

describe('the answer of a token service', () => {
	it.each(['authorizer_access_token', 'access_token'])('may name the token %s', (key) => {
		expect(read(JSON.stringify({ [key]: 'T' })).authorizerAccessToken).toBe('T');
		expect(read({ [key]: 'T' }).authorizerAccessToken).toBe('T');
	});

	it('gives the account\u2019s token where it names both', () => {
		const body = { access_token: 'other', authorizer_access_token: 'T' };
		expect(read(body).authorizerAccessToken).toBe('T');
	});

	it('may hold white space around the token', () => {
		expect(read({ access_token: ' T\n' }).authorizerAccessToken).toBe('T');
	});

	it('says which service the token came from', () => {
		expect(read({ access_token: 'T' }).storedOrigin).toBe(tokenServiceOrigin(CREDENTIALS));
	});

	it.each([
		[7200, 7200_000 - 5 * MINUTE],
		['7200', 7200_000 - 5 * MINUTE],
		[60, 54_000],
		[600, 540_000],
	])('with expires_in %j has the token renewed in time', (expiresIn, renewAfter) => {
		const { storedRenewAt } = read({ access_token: 'T', expires_in: expiresIn });
		expect(storedRenewAt).toBe(NOW + renewAfter);
	});

	it.each([undefined, null, 0, -5, 'soon'])(
		'may say nothing useful with expires_in %j',
		(value) => {
			expect(read({ access_token: 'T', expires_in: value }).storedRenewAt).toBe(0);
		},
	);
});

describe('a token service without a token', () => {
	it.each([401, 403, 404])('that answers HTTP %i needs someone to look', (status) => {
		const failure = failureOf(() => read({ access_token: 'T' }, status));
		expect(failure.category).toBe('authorization');
		expect(failure.message).toContain(String(status));
		expect(failure.hint).toContain('Header Value');
	});

	it.each([500, 502, 503])('that answers HTTP %i is worth another try', (status) => {
		const failure = failureOf(() => read('oops', status));
		expect(failure.category).toBe('retryable');
		expect(failure.message).toContain(String(status));
		expect(failure.hint).not.toBe('');
	});

	it('that does not answer is worth another try', () => {
		expect(failureOf(() => read('', 0))).toMatchObject({ category: 'retryable' });
	});

	it.each([
		'<html>Please log in</html>',
		'{}',
		'[]',
		'null',
		'"T"',
		'',
		'{"access_token":""}',
		'{"access_token":null}',
		'{"access_token":"  "}',
	])('that answers %j needs someone to look, and the hint names the keys', (body) => {
		const failure = failureOf(() => read(body));
		expect(failure.category).toBe('authorization');
		expect(failure.hint).toContain('authorizer_access_token or access_token');
	});

	it.each([{ access_token: { value: 'T' } }, { access_token: ['T'] }, { access_token: true }])(
		'that answers %j has given none',
		(body) => expect(failureOf(() => read(body)).category).toBe('authorization'),
	);
});

describe('the request to a token service', () => {
	it('is a GET with the secret header', () => {
		expect(tokenServiceRequest(CREDENTIALS)).toMatchObject({
			method: 'GET',
			url: 'https://tokens.example.com/a',
			headers: { 'X-Key': SECRET },
		});
	});

	it('has no empty header', () => {
		const { headers } = tokenServiceRequest({ ...CREDENTIALS, tokenServiceHeaderName: ' ' });
		expect(Object.keys(headers)).toEqual(['Accept']);
	});

	it('loses white space around what was pasted', () => {
		const { url, headers } = tokenServiceRequest({
			...CREDENTIALS,
			tokenServiceUrl: ' https://tokens.example.com/a\n',
			tokenServiceHeaderValue: `${SECRET}\n`,
		});
		expect(url).toBe('https://tokens.example.com/a');
		expect(headers['X-Key']).toBe(SECRET);
	});

	it.each(['', undefined, 'tokens.example.com', 'ftp://x', 'https://', 'https://a b'])(
		'cannot be made to %j',
		(tokenServiceUrl) => {
			const { category, hint } = failureOf(() =>
				tokenServiceRequest({ ...CREDENTIALS, tokenServiceUrl } as ICredentialDataDecryptedObject),
			);
			expect(category).toBe('authorization');
			expect(hint).toContain('Token Service URL');
		},
	);

	it('fails without a word of what n8n threw at it', async () => {
		const httpRequest = async () => await Promise.reject(new Error(`connect ${SECRET}`));
		const helpers = { httpRequest } as unknown as IHttpRequestHelper['helpers'];
		const failure: unknown = await fetchFromTokenService(helpers, CREDENTIALS).catch(
			(error: unknown) => error,
		);
		expect(failure).toBeInstanceOf(TokenFailure);
		expect(failure).toMatchObject({ category: 'retryable' });
		expect(String(failure)).not.toContain(SECRET);
		expect((failure as TokenFailure).cause).toBeUndefined();
	});
});

describe('the origin of a token', () => {
	it.each(['tokenServiceUrl', 'tokenServiceHeaderName', 'tokenServiceHeaderValue', 'apiBaseUrl'])(
		'is another one when %s changes',
		(field) => {
			const edited = { ...CREDENTIALS, [field]: `${String(CREDENTIALS[field])}x` };
			expect(tokenServiceOrigin(edited)).not.toBe(tokenServiceOrigin(CREDENTIALS));
		},
	);

	it('does not change with what is kept beside it', () => {
		const later = { ...CREDENTIALS, authorizerAccessToken: 'T', storedRenewAt: 5 };
		expect(tokenServiceOrigin(later)).toBe(tokenServiceOrigin(CREDENTIALS));
	});

	it('does not show the secret', () => {
		expect(tokenServiceOrigin(CREDENTIALS)).not.toContain(SECRET);
	});
});
