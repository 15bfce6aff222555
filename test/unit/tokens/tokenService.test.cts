import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Context } from '../../../nodes/calls/transport';
import { serviceTokenRecipe } from '../../../nodes/tokens/recipes';
import { type Token, TokenCache } from '../../../nodes/tokens/tokenCache';
import { ACCOUNT_TOKEN, tokenServiceOrigin } from '../../../nodes/tokens/tokenFields';
import { tokenServiceRequest } from '../../../nodes/tokens/tokenService';
import { readTokenServiceAnswer } from '../../../nodes/tokens/tokenServiceAnswers';
import { isObstacle, type Obstacle } from '../../../nodes/wechat/obstacle';
import { keptIn, Table } from '../table.cts';

const SECRET = 'header-value-canary';
const CREDENTIALS: ICredentialDataDecryptedObject = {
	tokenSource: 'tokenService',
	tokenServiceUrl: 'https://tokens.example.com/a',
	tokenServiceHeaderName: 'X-Key',
	tokenServiceHeaderValue: SECRET,
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const APP_ID = 'wx00000000000000a1';
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** The result, which must not be an obstacle. */
function resultOf<T>(result: T | Obstacle): T {
	if (isObstacle(result)) throw new Error(result.problem);
	return result;
}

/** The obstacle, which the result must be. */
function obstacleOf(result: unknown): Obstacle {
	if (!isObstacle(result)) throw new Error('it was no obstacle');
	return result;
}

const read = (body: unknown, statusCode = 200) =>
	resultOf(readTokenServiceAnswer(statusCode, body));
const refusal = (body: unknown, statusCode = 200) =>
	obstacleOf(readTokenServiceAnswer(statusCode, body));

describe('Answers with a token', () => {
	it.each(['authorizer_access_token', 'access_token'])('An answer may name the token %s', (key) => {
		expect(read(JSON.stringify({ [key]: 'T' })).value).toBe('T');
		expect(read({ [key]: 'T' }).value).toBe('T');
	});

	it.each(['authorizer_access_token', 'access_token', 'token'])(
		'An answer may contain everything in data, with the token as %s',
		(key) => {
			const body = { code: 0, data: { [key]: ' T ', expires_in: 600, appid: APP_ID } };
			expect(read(body)).toMatchObject({ value: 'T', renewAt: NOW + 540_000 });
			const other = { code: 0, data: { ...body.data, appid: 'wx00000000000000a2' } };
			expect(obstacleOf(readTokenServiceAnswer(200, other, APP_ID)).problem).toContain('another');
		},
	);

	it('An answer with token outside data, or with data that is not an object, has no token', () => {
		expect(refusal({ token: 'T' }).category).toBe('authorization');
		expect(refusal({ data: ['T'] }).category).toBe('authorization');
		expect(refusal({ data: 'T' }).category).toBe('authorization');
	});

	it('The field authorizer_access_token has priority over access_token', () => {
		const body = { access_token: 'other', authorizer_access_token: 'T' };
		expect(read(body).value).toBe('T');
	});

	it('A token loses the white space around it and within it', () => {
		expect(read({ access_token: ' T\n' }).value).toBe('T');
		expect(read({ access_token: 'a \r\n b' }).value).toBe('ab');
	});

	it.each([
		['authorizer_appid', APP_ID],
		['authorizer_appid', ` ${APP_ID.toUpperCase()}\n`],
		['appid', APP_ID],
		['appid', 7],
		['appid', null],
	])('An answer in which %s is %j is used for the requested account', (key, appId) => {
		const body = { access_token: 'T', [key]: appId };
		expect(resultOf(readTokenServiceAnswer(200, body, APP_ID)).value).toBe('T');
	});

	it.each(['authorizer_appid', 'appid'])(
		'An answer in which %s is another account is not used',
		(key) => {
			const body = { access_token: 'T', [key]: 'wx00000000000000a2' };
			expect(obstacleOf(readTokenServiceAnswer(200, body, APP_ID)).category).toBe('authorization');
			expect(read(body).value).toBe('T');
		},
	);

	it.each([
		[7200, 7200_000 - 5 * MINUTE],
		['7200', 7200_000 - 5 * MINUTE],
		[60, 54_000],
		[600, 540_000],
	])('A token with expires_in %j is renewed in time', (expiresIn, renewAfter) => {
		const { renewAt } = read({ access_token: 'T', expires_in: expiresIn });
		expect(renewAt).toBe(NOW + renewAfter);
	});

	it.each([undefined, null, 0, -5, 'soon'])(
		'A token with expires_in %j has the usual life',
		(value) => {
			const { renewAt } = read({ access_token: 'T', expires_in: value });
			expect(renewAt).toBe(NOW + 2 * HOUR - 5 * MINUTE);
		},
	);
});

describe('Answers without a token', () => {
	it.each([300, 302, 399])(
		'An answer with HTTP %i is a redirect, which is not followed',
		(status) => {
			expect(refusal({ access_token: 'T' }, status).problem).toMatch(/redirect/i);
		},
	);

	it.each([400, 401, 403, 404])('An answer with HTTP %i requires a person', (status) => {
		const failure = refusal({ access_token: 'T' }, status);
		expect(failure.category).toBe('authorization');
		expect(failure.problem).toContain(String(status));
		expect(failure.hint.en).toContain('Header Value');
	});

	it.each([408, 425, 429, 500, 502, 503])('An answer with HTTP %i can be tried again', (status) => {
		const failure = refusal('oops', status);
		expect(failure.category).toBe('retryLater');
		expect(failure.problem).toContain(String(status));
		expect(failure.hint.en).not.toBe('');
	});

	it.each([
		['', 'its answer is empty'],
		['  \n', 'its answer is empty'],
		['error', 'its answer is not JSON'],
		['{"access_token":"T"', 'its answer is not JSON'],
		[' <html>', 'it answered with a page'],
		['[]', 'its JSON is not an object'],
		['null', 'its JSON is not an object'],
		['7', 'its JSON is not an object'],
		['{}', 'its JSON contains none'],
		['{"code":0,"data":null}', 'its JSON contains none'],
		['{"code":"1001"}', 'it answered code 1001'],
		['{"code":"secret"}', 'its JSON contains none'],
		['{"errcode":40001,"errmsg":"secret"}', 'it answered errcode 40001'],
		['{"errcode":"61023"}', 'it answered errcode 61023'],
		['{"data":{"token":123}}', 'the token is not a text'],
		['{"access_token":{}}', 'the token is not a text'],
		['{"access_token":" "}', 'the token is empty'],
		['{"access_token":null}', 'its JSON contains none'],
		['{"access_token":["T"]}', 'the token is not a text'],
		['{"access_token":true}', 'the token is not a text'],
		['"T"', 'its JSON is not an object'],
	])('The obstacle for the answer %j says: %s', (body, what) => {
		const { category, problem, hint, whoActs } = refusal(body);
		expect(category).toBe('authorization');
		expect(problem).toBe(`The token service returned no token: ${what} (HTTP 200)`);
		expect(whoActs).toBe('provider');
		expect(JSON.stringify(hint)).not.toContain('secret');
	});

	it('The hint for an answer without a token names its fields', () => {
		expect(refusal('{}').hint.en).toContain('authorizer_access_token or access_token');
	});

	it("An answer that passes on WeChat's refusal requires a new token", () => {
		expect(refusal({ errcode: 40001 }).hint.en).toContain('make a new token');
	});

	it('A service that does not answer can be tried again', () => {
		expect(refusal('', 0)).toMatchObject({ category: 'retryLater' });
	});
});

describe('Requests', () => {
	it('A request is a GET for JSON with the secret header', () => {
		expect(tokenServiceRequest(CREDENTIALS)).toEqual({
			method: 'GET',
			url: 'https://tokens.example.com/a',
			headers: { Accept: 'application/json', 'X-Key': SECRET },
		});
	});

	it('A request has no empty header', () => {
		const { headers } = resultOf(
			tokenServiceRequest({ ...CREDENTIALS, tokenServiceHeaderName: ' ' }),
		);
		expect(Object.keys(headers)).toEqual(['Accept']);
	});

	it('A request loses the white space around pasted values', () => {
		const { url, headers } = resultOf(
			tokenServiceRequest({
				...CREDENTIALS,
				tokenServiceUrl: ' https://tokens.example.com/a\n',
				tokenServiceHeaderValue: `${SECRET}\n`,
			}),
		);
		expect(url).toBe('https://tokens.example.com/a');
		expect(headers['X-Key']).toBe(SECRET);
	});

	it.each([
		'',
		undefined,
		'tokens.example.com',
		'ftp://x',
		'https://',
		'https://a b',
		'at https://a',
	])('No request is made to %j', (tokenServiceUrl) => {
		const { category, hint } = obstacleOf(
			tokenServiceRequest({ ...CREDENTIALS, tokenServiceUrl } as ICredentialDataDecryptedObject),
		);
		expect(category).toBe('authorization');
		expect(hint.en).toContain('Token Service URL');
	});
});

describe('Origins of tokens', () => {
	it.each(['tokenServiceUrl', 'tokenServiceHeaderName', 'tokenServiceHeaderValue', 'apiBaseUrl'])(
		'The origin of a token changes with %s',
		(field) => {
			const edited = { ...CREDENTIALS, [field]: `${String(CREDENTIALS[field])}x` };
			expect(tokenServiceOrigin(edited)).not.toBe(tokenServiceOrigin(CREDENTIALS));
		},
	);

	it('The origin of a token does not change with what the credential keeps', () => {
		const later = { ...CREDENTIALS, authorizerAccessToken: 'T', storedRenewAt: 5 };
		expect(tokenServiceOrigin(later)).toBe(tokenServiceOrigin(CREDENTIALS));
	});

	it('The origin of a token does not show the secret', () => {
		expect(tokenServiceOrigin(CREDENTIALS)).not.toContain(SECRET);
	});
});

describe('Tokens in the credential', () => {
	const KEY = `${tokenServiceOrigin(CREDENTIALS)}/service`;
	const made: Token = { value: 'T', serial: 1, renewAt: NOW + HOUR };
	const missing = (credentials: ICredentialDataDecryptedObject, token: Token, key = KEY) =>
		ACCOUNT_TOKEN.missing(credentials, tokenServiceOrigin(credentials), new Map([[key, token]]));
	const store = (credentials: ICredentialDataDecryptedObject, token: Token, key = KEY) => ({
		...credentials,
		...missing(credentials, token, key),
	});
	const readAll = (credentials: ICredentialDataDecryptedObject) =>
		ACCOUNT_TOKEN.read(credentials, tokenServiceOrigin(credentials));
	const stored = store(CREDENTIALS, made);

	it('A stored token is read as it was stored and needs no other write', () => {
		expect(readAll(stored)).toEqual([[KEY, made]]);
		expect(missing(stored, made)).toBeUndefined();
	});

	it.each(['', undefined, 7])('A stored value %j is not a token', (authorizerAccessToken) => {
		const spoilt = { ...stored, authorizerAccessToken } as ICredentialDataDecryptedObject;
		expect(readAll(spoilt)).toStrictEqual([]);
	});

	it('A credential without a stored token has none', () => {
		expect(readAll(CREDENTIALS)).toStrictEqual([]);
	});

	it('A stored token is not used after an edit that names another service', () => {
		expect(readAll({ ...stored, tokenServiceUrl: 'https://tokens.example.com/b' })).toStrictEqual(
			[],
		);
	});

	it('A stored token is replaced by a newer one and not by an older one', () => {
		expect(missing(stored, { ...made, value: 'T0', serial: 0 })).toBeUndefined();
		const later = store(stored, { ...made, value: 'T2', serial: 2 });
		expect(readAll(later)).toMatchObject([[KEY, { value: 'T2' }]]);
	});

	it('A token of another service is not stored', () => {
		expect(missing(CREDENTIALS, made, 'other/service')).toBeUndefined();
	});

	it('A stored token of the former service is replaced by one of the new service', () => {
		const edited = { ...stored, tokenServiceUrl: 'https://tokens.example.com/b' };
		const key = `${tokenServiceOrigin(edited)}/service`;
		const first = { ...made, value: 'B', serial: 0 };
		expect(readAll(store(edited, first, key))).toMatchObject([[key, { value: 'B' }]]);
	});

	it('A stored token does not show the secret of the service', () => {
		expect(JSON.stringify(missing(CREDENTIALS, made))).not.toContain(SECRET);
	});
});

describe('Services', () => {
	/** A service that gives these answers one after the other, and then the last one again. */
	function serviceWith(...answers: Array<object | Error>) {
		const requests: Array<Record<string, unknown>> = [];
		const httpRequest = async (request: Record<string, unknown>) => {
			requests.push(request);
			const next = answers.length > 1 ? answers.shift() : answers[0];
			if (next instanceof Error) throw next;
			return await Promise.resolve(next);
		};
		const context = { helpers: { httpRequest } } as unknown as Context;
		const cache = new TokenCache();
		const { kept } = keptIn(new Table(CREDENTIALS), cache, CREDENTIALS, ACCOUNT_TOKEN);
		const recipe = serviceTokenRecipe(context, kept);
		const cacheControls = () =>
			requests.map(({ headers }) => (headers as Record<string, string>)['Cache-Control']);
		return { requests, recipe, cache, cacheControls };
	}

	const GOOD = { statusCode: 200, body: '{"access_token":"T"}' };
	const DOWN = { statusCode: 503, body: '' };
	const wanted = () => false;

	it('A service that answers is asked once, without following redirects', async () => {
		const { requests, recipe } = serviceWith(GOOD);
		expect(await recipe.make(wanted)).toMatchObject({ value: 'T' });
		expect(requests).toMatchObject([
			{ url: 'https://tokens.example.com/a', disableFollowRedirect: true },
		]);
	});

	const answerWith = (token: string) => ({ statusCode: 200, body: { access_token: token } });

	it('A service that returns a rejected token is asked once more, to bypass its cache, with the secret', async () => {
		const { requests, recipe, cache, cacheControls } = serviceWith(GOOD, answerWith('T2'));
		cache.reject(recipe.key, 'T');
		expect(await recipe.make(wanted)).toMatchObject({ value: 'T2' });
		expect(cacheControls()).toEqual([undefined, 'no-cache']);
		expect(requests[1]).toMatchObject({ headers: { 'X-Key': SECRET } });
	});

	it('A service is asked to bypass its cache once for each rejected token', async () => {
		const { recipe, cache, cacheControls } = serviceWith(GOOD);
		cache.reject(recipe.key, 'T');
		expect(await recipe.make(wanted)).toMatchObject({ value: 'T' });
		expect(await recipe.make(wanted)).toMatchObject({ value: 'T' });
		expect(cacheControls()).toEqual([undefined, 'no-cache', undefined]);
	});

	it('A service is asked to bypass its cache again for the next rejected token', async () => {
		const { recipe, cache, cacheControls } = serviceWith(
			GOOD,
			answerWith('T2'),
			answerWith('T2'),
			answerWith('T3'),
		);
		for (const token of ['T', 'T2']) {
			cache.reject(recipe.key, token);
			await recipe.make(wanted);
		}
		expect(cacheControls()).toEqual([undefined, 'no-cache', undefined, 'no-cache']);
	});

	it("A service is not asked to bypass its cache for another account's rejected token", async () => {
		const { recipe, cache, cacheControls } = serviceWith(GOOD);
		cache.reject(`${recipe.key}2`, 'T');
		await recipe.make(wanted);
		expect(cacheControls()).toEqual([undefined]);
	});

	it('A service that did not answer the second request is asked to bypass its cache again', async () => {
		const { recipe, cache, cacheControls } = serviceWith(GOOD, DOWN, DOWN, DOWN, GOOD);
		cache.reject(recipe.key, 'T');
		const made = recipe.make(wanted);
		await jest.runAllTimersAsync();
		expect(obstacleOf(await made).category).toBe('retryLater');
		await recipe.make(wanted);
		expect(cacheControls().slice(4)).toEqual([undefined, 'no-cache']);
	});

	it('A service that is down is asked three times', async () => {
		const { requests, recipe } = serviceWith(DOWN);
		const made = recipe.make(wanted);
		await jest.runAllTimersAsync();
		expect(obstacleOf(await made).category).toBe('retryLater');
		expect(requests).toHaveLength(3);
	});

	it('A service that comes back in time is used', async () => {
		const { requests, recipe } = serviceWith(DOWN, new Error('connection refused'), GOOD);
		const made = recipe.make(wanted);
		await jest.runAllTimersAsync();
		expect(await made).toMatchObject({ value: 'T' });
		expect(requests).toHaveLength(3);
		expect(Date.now() - NOW).toBe(1000 + 2000);
	});

	it('A service that refuses is asked once', async () => {
		const { requests, recipe } = serviceWith({ statusCode: 403, body: '' });
		expect(obstacleOf(await recipe.make(wanted)).category).toBe('authorization');
		expect(requests).toHaveLength(1);
	});

	it('A service is not asked again once nobody waits for the token', async () => {
		const { requests, recipe } = serviceWith(DOWN);
		const made = recipe.make(() => requests.length > 0);
		await jest.runAllTimersAsync();
		expect(obstacleOf(await made).category).toBe('retryLater');
		expect(requests).toHaveLength(1);
	});

	it('A failure shows nothing of the error that n8n threw', async () => {
		const { recipe } = serviceWith(new Error(`connect ${SECRET}`));
		const made = recipe.make(wanted);
		await jest.runAllTimersAsync();
		const obstacle = obstacleOf(await made);
		expect(obstacle.category).toBe('retryLater');
		expect(JSON.stringify(obstacle)).not.toContain(SECRET);
	});
});
