import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { Context } from '../calls/transport';
import { pause } from '../calls/waiting';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { givenText, wholeNumberOf } from '../wechat/values';
import { newToken, readToken, type NewToken, type Rejections } from './tokenCache';
import {
	NO_URL,
	noToken,
	OTHER_ACCOUNT,
	passedOn,
	redirected,
	unavailable,
} from './tokenServiceTexts';

/** Milliseconds that a token service has for its answer. */
const TIMEOUT = 10_000;
/** A token is renewed this long before its end; a short-lived one when a tenth of its life is left. */
const RENEW_BEFORE_END = 5 * 60_000;

/** How often a service that does not answer is asked, and milliseconds of the first pause. */
const TRIES = 3;
const FIRST_PAUSE = 1000;

/** Answers that time alone mends, beside 5xx. */
const PASSING = [408, 425, 429];

/** A request to a token service: GET with one optional secret header. */
export interface ServiceRequest {
	method: 'GET';
	url: string;
	headers: Record<string, string>;
}

/** What a token service answered; the status is 0 when no answer came. */
export interface ServiceAnswer {
	statusCode: number;
	body: unknown;
}

/** Sends one request to a token service. */
export type AskService = (request: ServiceRequest) => Promise<ServiceAnswer>;

/** Whether a server that runs the platform already makes the tokens of a credential. */
export function isTokenService({ tokenSource }: ICredentialDataDecryptedObject): boolean {
	return tokenSource === 'tokenService';
}

/**
 * Asks a token service for a token, plainly at first. Servers keep a token for its life and do not learn
 * that WeChat has voided it. So, where a token comes again that WeChat has rejected, the service is asked
 * once with `Cache-Control: no-cache`, which means: one that it does not keep.
 *
 * @param isUnwanted whether nobody waits for it any more, so that no further request should start
 * @param appId the account that it is for, where that is known
 */
export async function fetchToken(
	ask: AskService,
	request: ServiceRequest | Obstacle,
	rejections: Rejections,
	isUnwanted: () => boolean,
	appId?: string,
): Promise<NewToken | Obstacle> {
	if (isObstacle(request)) return request;
	const token = await askUntilAnswered(ask, request, isUnwanted, appId);
	if (isObstacle(token) || !rejections.isUntold(token.value)) return token;
	const headers = { ...request.headers, 'Cache-Control': 'no-cache' };
	const other = await askUntilAnswered(ask, { ...request, headers }, isUnwanted, appId);
	if (!isPassing(other)) rejections.noteTold(token.value);
	return other;
}

/** Asks, and again where no answer comes. */
async function askUntilAnswered(
	ask: AskService,
	request: ServiceRequest,
	isUnwanted: () => boolean,
	appId: string | undefined,
): Promise<NewToken | Obstacle> {
	for (let tries = 1; ; tries++) {
		const { statusCode, body } = await ask(request);
		const token = readTokenServiceAnswer(statusCode, body, appId);
		if (!isPassing(token) || tries >= TRIES || isUnwanted()) return token;
		await pause(FIRST_PAUSE * tries);
	}
}

function isPassing(token: NewToken | Obstacle): boolean {
	return isObstacle(token) && token.category === 'retryLater';
}

/** How a run asks; redirects are not followed, since the secret header would go along. */
export function askingFrom({ helpers }: Context): AskService {
	return async (request) => {
		try {
			return (await helpers.httpRequest({
				...request,
				timeout: TIMEOUT,
				encoding: 'text',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			})) as ServiceAnswer;
		} catch {
			return { statusCode: 0, body: '' };
		}
	};
}

/** The request that reads the token of a credential for one account. */
export function tokenServiceRequest(
	credentials: ICredentialDataDecryptedObject,
): ServiceRequest | Obstacle {
	const url = givenText(credentials.tokenServiceUrl);
	if (!/^https?:\/\/\S+$/i.test(url)) return NO_URL;
	const name = givenText(credentials.tokenServiceHeaderName);
	const value = givenText(credentials.tokenServiceHeaderValue);
	return {
		method: 'GET',
		url,
		headers: { Accept: 'application/json', ...(name && { [name]: value }) },
	};
}

/**
 * Reads the answer of a token service: JSON with `authorizer_access_token` or `access_token`, and
 * optionally `expires_in` in seconds and `authorizer_appid`. All of it may stand in `data`, where the
 * token may also be called `token`: so answers Tencent's own server for platforms (微管家).
 *
 * @param statusCode HTTP status, 0 when no answer came
 * @param appId the account that was asked for, where that is known
 */
export function readTokenServiceAnswer(
	statusCode: number,
	body: unknown,
	appId?: string,
): NewToken | Obstacle {
	const refusal = refusalOf(statusCode);
	if (refusal) return refusal;
	const answer = parseServiceAnswer(body);
	const given = tokenIn(answer);
	const token = readToken(given);
	if (token === '') return explainNoToken(statusCode, body, answer, given);
	const fields = fieldsOf(answer);
	const account = fields.authorizer_appid ?? fields.appid;
	if (appId !== undefined && typeof account === 'string') {
		if (account.trim().toLowerCase() !== appId) return OTHER_ACCOUNT;
	}
	return newToken(token, fields.expires_in, RENEW_BEFORE_END);
}

function tokenIn(answer: unknown): unknown {
	const { authorizer_access_token, access_token } = fieldsOf(answer);
	return authorizer_access_token ?? access_token ?? objectOf(objectOf(answer).data).token;
}

function explainNoToken(
	statusCode: number,
	body: unknown,
	answer: unknown,
	token: unknown,
): Obstacle {
	const { errcode, code } = objectOf(answer);
	const number = wholeNumberOf(errcode) ?? 0;
	if (number !== 0) return passedOn(statusCode, number);
	if (token === undefined || token === null) {
		return noToken(statusCode, wordsFor(body, answer, wholeNumberOf(code) ?? 0));
	}
	return noToken(statusCode, `the token is ${typeof token === 'string' ? 'empty' : 'not a text'}`);
}

function wordsFor(body: unknown, answer: unknown, code: number): string {
	const text = givenText(body);
	if (text === '') return 'its answer is empty';
	if (answer === undefined) {
		return text.startsWith('<') ? 'it answered with a page' : 'its answer is not JSON';
	}
	if (objectOf(answer) !== answer) return 'its JSON is no object';
	return code === 0 ? 'its JSON holds none' : `it answered code ${code}`;
}

/** The JSON of an answer; undefined where it is none. */
export function parseServiceAnswer(body: unknown): unknown {
	try {
		return typeof body === 'string' ? JSON.parse(body) : body;
	} catch {
		return undefined;
	}
}

/** The fields of an answer, those in `data` first. */
export function fieldsOf(answer: unknown): IDataObject {
	const outer = objectOf(answer);
	return { ...outer, ...objectOf(outer.data) };
}

function objectOf(value: unknown): IDataObject {
	const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
	return isObject ? (value as IDataObject) : {};
}

/** Why an answer counts for nothing by its status alone. */
export function refusalOf(statusCode: number): Obstacle | undefined {
	if (statusCode === 0 || statusCode >= 500 || PASSING.includes(statusCode)) {
		return unavailable(statusCode);
	}
	if (statusCode >= 400) return noToken(statusCode);
	return statusCode >= 300 ? redirected(statusCode) : undefined;
}
