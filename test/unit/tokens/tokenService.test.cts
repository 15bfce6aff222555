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

/** What is to be had, and not why it is not. */
function had<T>(result: T | Obstacle): T {
	if (isObstacle(result)) throw new Error(result.problem);
	return result;
}

/** Why it is not to be had. */
function obstacleOf(result: unknown): Obstacle {
	if (!isObstacle(result)) throw new Error('nothing stood in the way');
	return result;
}

const read = (body: unknown, statusCode = 200) => had(readTokenServiceAnswer(statusCode, body));
const refusal = (body: unknown, statusCode = 200) =>
	obstacleOf(readTokenServiceAnswer(statusCode, body));

describe('the answer of a token service', () => {
	it.each(['authorizer_access_token', 'access_token'])('may name the token %s', (key) => {
		expect(read(JSON.stringify({ [key]: 'T' })).value).toBe('T');
		expect(read({ [key]: 'T' }).value).toBe('T');
	});

	it.each(['authorizer_access_token', 'access_token', 'token'])(
		'may hold all of it in data, with the token as %s',
		(key) => {
			const body = { code: 0, data: { [key]: ' T ', expires_in: 600, appid: APP_ID } };
			expect(read(body)).toMatchObject({ value: 'T', renewAt: NOW + 540_000 });
			const other = { code: 0, data: { ...body.data, appid: 'wx00000000000000a2' } };
			expect(obstacleOf(readTokenServiceAnswer(200, other, APP_ID)).problem).toContain('another');
		},
	);

	it('takes nothing that is called token alone, or in data that is no object', () => {
		expect(refusal({ token: 'T' }).category).toBe('authorization');
		expect(refusal({ data: ['T'] }).category).toBe('authorization');
		expect(refusal({ data: 'T' }).category).toBe('authorization');
	});

	it('gives the account\u2019s token where it names both', () => {
		const body = { access_token: 'other', authorizer_access_token: 'T' };
		expect(read(body).value).toBe('T');
	});

	it('may hold white space around the token, and line breaks in it', () => {
		expect(read({ access_token: ' T\n' }).value).toBe('T');
		expect(read({ access_token: 'a \r\n b' }).value).toBe('ab');
	});

	it.each([
		['authorizer_appid', APP_ID],
		['authorizer_appid', ` ${APP_ID.toUpperCase()}\n`],
		['appid', APP_ID],
		['appid', 7],
		['appid', null],
	])('counts for the account that was asked for where %s is %j', (key, appId) => {
		const body = { access_token: 'T', [key]: appId };
		expect(had(readTokenServiceAnswer(200, body, APP_ID)).value).toBe('T');
	});

	it.each(['authorizer_appid', 'appid'])('does not count where %s is another account', (key) => {
		const body = { access_token: 'T', [key]: 'wx00000000000000a2' };
		expect(obstacleOf(readTokenServiceAnswer(200, body, APP_ID)).category).toBe('authorization');
		expect(read(body).value).toBe('T');
	});

	it.each([
		[7200, 7200_000 - 5 * MINUTE],
		['7200', 7200_000 - 5 * MINUTE],
		[60, 54_000],
		[600, 540_000],
	])('with expires_in %j has the token renewed in time', (expiresIn, renewAfter) => {
		const { renewAt } = read({ access_token: 'T', expires_in: expiresIn });
		expect(renewAt).toBe(NOW + renewAfter);
	});

	it.each([undefined, null, 0, -5, 'soon'])(
		'that says nothing useful with expires_in %j leaves the usual life',
		(value) => {
			const { renewAt } = read({ access_token: 'T', expires_in: value });
			expect(renewAt).toBe(NOW + 2 * HOUR - 5 * MINUTE);
		},
	);
});

describe('a token service without a token', () => {
	it.each([300, 302, 399])(
		'that answers HTTP %i sends elsewhere, which is not followed',
		(status) => {
			expect(refusal({ access_token: 'T' }, status).problem).toMatch(/redirect/i);
		},
	);

	it.each([400, 401, 403, 404])('that answers HTTP %i needs someone to look', (status) => {
		const failure = refusal({ access_token: 'T' }, status);
		expect(failure.category).toBe('authorization');
		expect(failure.problem).toContain(String(status));
		expect(failure.hint.en).toContain('Header Value');
	});

	it.each([408, 425, 429, 500, 502, 503])('that answers HTTP %i is worth another try', (status) => {
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
	])('that answers %j has its answer in the message', (body, what) => {
		const { problem, hint, whoActs } = refusal(body);
		expect(problem).toBe(`The token service gave no token: ${what} (HTTP 200)`);
		expect(whoActs).toBe('provider');
		expect(JSON.stringify(hint)).not.toContain('secret');
	});

	it('that passes on WeChat\u2019s answer has to make a new token', () => {
		expect(refusal({ errcode: 40001 }).hint.en).toContain('make a new token');
	});

	it('that does not answer is worth another try', () => {
		expect(refusal('', 0)).toMatchObject({ category: 'retryLater' });
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
		const failure = refusal(body);
		expect(failure.category).toBe('authorization');
		expect(failure.hint.en).toContain('authorizer_access_token or access_token');
	});

	it.each([{ access_token: { value: 'T' } }, { access_token: ['T'] }, { access_token: true }])(
		'that answers %j has given none',
		(body) => expect(refusal(body).category).toBe('authorization'),
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
		const { headers } = had(tokenServiceRequest({ ...CREDENTIALS, tokenServiceHeaderName: ' ' }));
		expect(Object.keys(headers)).toEqual(['Accept']);
	});

	it('loses white space around what was pasted', () => {
		const { url, headers } = had(
			tokenServiceRequest({
				...CREDENTIALS,
				tokenServiceUrl: ' https://tokens.example.com/a\n',
				tokenServiceHeaderValue: `${SECRET}\n`,
			}),
		);
		expect(url).toBe('https://tokens.example.com/a');
		expect(headers['X-Key']).toBe(SECRET);
	});

	it('asks for JSON', () => {
		expect(had(tokenServiceRequest(CREDENTIALS)).headers).toEqual({
			Accept: 'application/json',
			'X-Key': SECRET,
		});
	});

	it.each([
		'',
		undefined,
		'tokens.example.com',
		'ftp://x',
		'https://',
		'https://a b',
		'at https://a',
	])('cannot be made to %j', (tokenServiceUrl) => {
		const { category, hint } = obstacleOf(
			tokenServiceRequest({ ...CREDENTIALS, tokenServiceUrl } as ICredentialDataDecryptedObject),
		);
		expect(category).toBe('authorization');
		expect(hint.en).toContain('Token Service URL');
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

describe('the token in the credential', () => {
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

	it('is read as it was stored, and misses nothing then', () => {
		expect(readAll(stored)).toEqual([[KEY, made]]);
		expect(missing(stored, made)).toBeUndefined();
	});

	it.each(['', undefined, 7])('is none where %j stands in its place', (authorizerAccessToken) => {
		const spoilt = { ...stored, authorizerAccessToken } as ICredentialDataDecryptedObject;
		expect(readAll(spoilt)).toStrictEqual([]);
	});

	it('is none while none was stored', () => {
		expect(readAll(CREDENTIALS)).toStrictEqual([]);
	});

	it('is none after an edit that names another service', () => {
		expect(readAll({ ...stored, tokenServiceUrl: 'https://tokens.example.com/b' })).toStrictEqual(
			[],
		);
	});

	it('gives way to one that was fetched after it, and to no earlier one', () => {
		expect(missing(stored, { ...made, value: 'T0', serial: 0 })).toBeUndefined();
		const later = store(stored, { ...made, value: 'T2', serial: 2 });
		expect(readAll(later)).toMatchObject([[KEY, { value: 'T2' }]]);
	});

	it('of another service is not stored', () => {
		expect(missing(CREDENTIALS, made, 'other/service')).toBeUndefined();
	});

	it('of a service that is no longer named gives way to the one of the new one', () => {
		const edited = { ...stored, tokenServiceUrl: 'https://tokens.example.com/b' };
		const key = `${tokenServiceOrigin(edited)}/service`;
		const first = { ...made, value: 'B', serial: 0 };
		expect(readAll(store(edited, first, key))).toMatchObject([[key, { value: 'B' }]]);
	});

	it('shows no secret of the service', () => {
		expect(JSON.stringify(missing(CREDENTIALS, made))).not.toContain(SECRET);
	});
});

describe('the token service', () => {
	/** A service that answers so, one answer after the other; the last one stays. */
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

	it('is asked once when it answers, and not sent elsewhere by it', async () => {
		const { requests, recipe } = serviceWith(GOOD);
		expect(await recipe.make(wanted)).toMatchObject({ value: 'T' });
		expect(requests).toMatchObject([
			{ url: 'https://tokens.example.com/a', disableFollowRedirect: true },
		]);
	});

	const answerWith = (token: string) => ({ statusCode: 200, body: { access_token: token } });

	it('is asked past what it keeps for a token that was rejected, and with its secret', async () => {
		const { requests, recipe, cache, cacheControls } = serviceWith(GOOD, answerWith('T2'));
		cache.reject(recipe.key, 'T');
		expect(await recipe.make(wanted)).toMatchObject({ value: 'T2' });
		expect(cacheControls()).toEqual([undefined, 'no-cache']);
		expect(requests[1]).toMatchObject({ headers: { 'X-Key': SECRET } });
	});

	it('is asked past it once for each token that was rejected', async () => {
		const { recipe, cache, cacheControls } = serviceWith(GOOD);
		cache.reject(recipe.key, 'T');
		expect(await recipe.make(wanted)).toMatchObject({ value: 'T' });
		expect(await recipe.make(wanted)).toMatchObject({ value: 'T' });
		expect(cacheControls()).toEqual([undefined, 'no-cache', undefined]);
	});

	it('is asked past it for the next token, too', async () => {
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

	it('is not asked past it for a token of another account', async () => {
		const { recipe, cache, cacheControls } = serviceWith(GOOD);
		cache.reject(`${recipe.key}2`, 'T');
		await recipe.make(wanted);
		expect(cacheControls()).toEqual([undefined]);
	});

	it('is asked past it again where it did not answer that', async () => {
		const { recipe, cache, cacheControls } = serviceWith(GOOD, DOWN, DOWN, DOWN, GOOD);
		cache.reject(recipe.key, 'T');
		const made = recipe.make(wanted);
		await jest.runAllTimersAsync();
		expect(obstacleOf(await made).category).toBe('retryLater');
		await recipe.make(wanted);
		expect(cacheControls().slice(4)).toEqual([undefined, 'no-cache']);
	});

	it('is asked three times when it is down', async () => {
		const { requests, recipe } = serviceWith(DOWN);
		const made = recipe.make(wanted);
		await jest.runAllTimersAsync();
		expect(obstacleOf(await made).category).toBe('retryLater');
		expect(requests).toHaveLength(3);
	});

	it('is used when it comes back in time', async () => {
		const { requests, recipe } = serviceWith(DOWN, new Error('connection refused'), GOOD);
		const made = recipe.make(wanted);
		await jest.runAllTimersAsync();
		expect(await made).toMatchObject({ value: 'T' });
		expect(requests).toHaveLength(3);
		expect(Date.now() - NOW).toBe(1000 + 2000);
	});

	it('is asked once when it refuses', async () => {
		const { requests, recipe } = serviceWith({ statusCode: 403, body: '' });
		expect(obstacleOf(await recipe.make(wanted)).category).toBe('authorization');
		expect(requests).toHaveLength(1);
	});

	it('is not asked again once nobody waits for it any more', async () => {
		const { requests, recipe } = serviceWith(DOWN);
		const made = recipe.make(() => requests.length > 0);
		await jest.runAllTimersAsync();
		expect(obstacleOf(await made).category).toBe('retryLater');
		expect(requests).toHaveLength(1);
	});

	it('fails without a word of what n8n threw at it', async () => {
		const { recipe } = serviceWith(new Error(`connect ${SECRET}`));
		const made = recipe.make(wanted);
		await jest.runAllTimersAsync();
		const obstacle = obstacleOf(await made);
		expect(obstacle.category).toBe('retryLater');
		expect(JSON.stringify(obstacle)).not.toContain(SECRET);
	});
});
