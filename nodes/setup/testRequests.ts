import type { ICredentialTestFunctions } from 'n8n-workflow';

import type { Road } from '../calls/road';
import type { AskService } from '../tokens/tokenService';
import { pathOf, type Api } from '../wechat/apis';
import { noReply, readReply, type Reply } from '../wechat/reply';

const TIMEOUT = 10_000;

/** The only helper that n8n gives to a credential test. */
export type Request = ICredentialTestFunctions['helpers']['request'];

/** Calls an API of the platform; the next test may find another road. */
export async function askPlatform(
	request: Request,
	road: Road,
	api: Api,
	body: object,
	token: string,
): Promise<Reply> {
	const baseUrl = road.next();
	const { statusCode, body: answer } = await exchange(request, {
		method: 'POST',
		uri: `${baseUrl}${pathOf(api)}`,
		qs: token ? { component_access_token: token } : {},
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	});
	const reply =
		statusCode === 0
			? unanswered(new URL(baseUrl).origin)
			: readReply(statusCode, answer, api, [token, ...Object.values(body).map(String)]);
	road.note(baseUrl, reply);
	return reply;
}

/** An account's links, as far as a test is interested in them. */
export async function readLinks(road: Road, token: string, request: Request): Promise<Reply> {
	const baseUrl = road.next();
	const { statusCode, body } = await exchange(request, {
		method: 'POST',
		uri: `${baseUrl}${pathOf('wxamplinkget')}`,
		qs: { access_token: token },
		headers: { 'Content-Type': 'application/json' },
		body: '{}',
	});
	const reply =
		statusCode === 0 ? unanswered(baseUrl) : readReply(statusCode, body, 'wxamplinkget', [token]);
	road.note(baseUrl, reply);
	return { ...reply, errmsg: reply.errmsg.replaceAll(token, '***') };
}

function unanswered(address: string): Reply {
	return { ...noReply('noAnswer', `No answer from ${address}`), connection: 'lost' };
}

/** How a test asks a token service. */
export function askingBy(request: Request): AskService {
	return async ({ url, ...rest }) => await exchange(request, { uri: url, ...rest });
}

/** @returns the status 0 when no answer came */
async function exchange(
	request: Request,
	options: object,
): Promise<{ statusCode: number; body: string }> {
	try {
		const { statusCode, body } = (await request({
			...options,
			timeout: TIMEOUT,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
		})) as { statusCode: number; body: string };
		return { statusCode, body };
	} catch {
		return { statusCode: 0, body: '' };
	}
}
