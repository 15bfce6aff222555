import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from '../platform/accounts.cts';
import { answerText } from './answer.cts';
import type { Answer } from './answer.cts';
import { findFault } from './checks.cts';
import type { Request } from './checks.cts';
import type { Platform } from '../platform/platforms.cts';
import { withoutSecrets } from './redaction.cts';
import { parseBody, readBody } from './requestBody.cts';
import type { RequestBody } from './requestBody.cts';
import { COMPONENT_PREFIX, routes } from './routes.cts';
import type { Route } from './routes.cts';
import { fingerprintOf } from '../platform/tokens.cts';
import type { TokenRecord } from '../platform/tokens.cts';
import type { Behavior, CallRecord, HostName } from '../types.cts';
import type { World } from '../world.cts';

/** As seen in 2020: no charset parameter (reported by developers). */
const JSON_TYPE = 'application/json; encoding=utf-8';

const ordinary: Behavior = {};

const notRun: Answer = { errcode: -1 };

interface Outcome {
	readonly answer: Answer;
	readonly behavior: Behavior;
	readonly carriedOut: boolean;
}

/** Failures on the way: the answer does not arrive in WeChat's form. */
function breaksTransport(behavior: Behavior): boolean {
	return behavior.drop === true || behavior.htmlStatus !== undefined;
}

function textField(body: RequestBody | null, name: string): string | null {
	const value = body?.object?.[name];
	return typeof value === 'string' ? value : null;
}

const miniProgramOf = (request: Request): string | null => textField(request.body, 'appid');

const authorizerOf = (request: Request): string | null =>
	textField(request.body, 'authorizer_appid');

/** The answer with `behavior`'s effects on the form of the list, and no others. */
function runApi(route: Route, request: Request, world: World, behavior: Behavior): Answer {
	return route.handle(
		{
			account: request.account ?? null,
			platform: (request.token?.kind === 'component' && request.platform) || null,
			body: request.body?.object ?? {},
			now: request.now,
			behavior,
		},
		world,
	);
}

/** Decides how to handle a request, and handles it. */
function decide(request: Request, world: World): Outcome {
	const route = routes.get(request.path);
	const owner = authorizerOf(request) ?? request.token?.owner ?? null;
	const rule = world.rules.find(request.path, owner, miniProgramOf(request));
	const behavior = rule?.behavior ?? ordinary;

	if (rule && breaksTransport(behavior) && !behavior.carryOut) {
		world.rules.use(rule);
		return { answer: notRun, behavior, carriedOut: false };
	}
	const fault = route ? findFault(route, request, world) : { errcode: 40066 };
	if (!route || fault) {
		const answer = fault ?? notRun;
		// A call with a fault of its own does not use up a forced errcode.
		if (behavior.errcode !== undefined) return { answer, behavior: ordinary, carriedOut: false };
		if (rule) world.rules.use(rule);
		return { answer, behavior, carriedOut: false };
	}
	if (rule) world.rules.use(rule);
	const forced = behavior.errcode === undefined ? null : { errcode: behavior.errcode };
	if (forced && !behavior.carryOut) return { answer: forced, behavior, carriedOut: false };
	const answer = runApi(route, request, world, behavior);
	return { answer: forced ?? answer, behavior, carriedOut: answer.errcode === 0 };
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
	const body = Buffer.from(text, 'utf8');
	response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length });
	response.end(body);
}

/** Sends the outcome, whole or broken. */
function deliver(response: ServerResponse, { behavior }: Outcome, text: string): void {
	if (behavior.drop) {
		response.socket?.destroy();
		return;
	}
	if (behavior.htmlStatus !== undefined) {
		const usual = `<html><body><h1>${behavior.htmlStatus}</h1><hr>nginx</body></html>\n`;
		send(response, behavior.htmlStatus, 'text/html', behavior.page ?? usual);
		return;
	}
	const sent = behavior.truncate ? text.slice(0, Math.ceil(text.length / 2)) : text;
	send(response, 200, JSON_TYPE, sent);
}

function answered({ answer, behavior }: Outcome): CallRecord['errcode'] {
	if (behavior.drop) return 'dropped';
	if (behavior.htmlStatus !== undefined) return 'notJson';
	return behavior.truncate ? 'truncated' : answer.errcode;
}

/** WeChat's pages write access_token for all APIs; everybody else writes component_access_token for these. */
function tokenTextOf(path: string, query: URLSearchParams): string {
	const componentToken = path.startsWith(COMPONENT_PREFIX)
		? query.get('component_access_token')
		: null;
	return componentToken ?? query.get('access_token') ?? '';
}

function platformOf(
	token: TokenRecord | undefined,
	account: Account | undefined,
	body: RequestBody | null,
	world: World,
): Platform | undefined {
	if (token?.kind === 'component') return world.platforms.find(token.owner);
	if (account) return world.platformOf(account);
	return world.platforms.find(textField(body, 'component_appid') ?? '');
}

function readRequest(message: IncomingMessage, raw: Buffer | null, world: World): Request {
	const url = message.url ?? '/';
	const mark = url.indexOf('?');
	const path = mark < 0 ? url : url.slice(0, mark);
	const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
	const tokenText = routes.get(path)?.token === 'none' ? '' : tokenTextOf(path, query);
	const token = tokenText === '' ? undefined : world.tokens.find(tokenText);
	const account = token && world.findAccount(token.owner);
	const body = message.method === 'GET' ? null : parseBody(raw);
	return {
		method: message.method ?? 'GET',
		path,
		callerIp: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
		tokenText,
		token,
		account,
		platform: platformOf(token, account, body, world),
		body,
		now: world.clock.now(),
	};
}

function record(
	request: Request,
	outcome: Outcome,
	contentType: string | undefined,
	host: HostName,
	world: World,
): void {
	const { tokenText, token } = request;
	const authorizer = authorizerOf(request);
	world.log.add(
		{
			at: request.now,
			method: request.method,
			...(host === 'second' && { host }),
			path: request.path,
			account: token?.owner ?? null,
			miniProgramAppId: miniProgramOf(request),
			...(authorizer === null ? {} : { authorizer }),
			body: withoutSecrets(request.path, request.body),
			contentType: contentType ?? null,
			tokenFingerprint: tokenText === '' ? null : (token?.fingerprint ?? fingerprintOf(tokenText)),
			errcode: answered(outcome),
			carriedOut: outcome.carriedOut,
		},
		routes.has(request.path),
	);
}

/**
 * Handles one request as WeChat would. A request takes effect on arrival; latency and delays only
 * hold back the answer. The HTTP status is 200 even for failures.
 */
export async function handleWechatCall(
	message: IncomingMessage,
	response: ServerResponse,
	world: World,
	host: HostName = 'first',
): Promise<void> {
	world.log.begin();
	response.once('close', () => world.log.end());
	const raw = await readBody(message);
	const request = readRequest(message, raw, world);
	const outcome = decide(request, world);
	record(request, outcome, message.headers['content-type'], host, world);
	const text = answerText(outcome.answer, outcome.behavior, request.now);
	const delayMs = world.latencyMs + (outcome.behavior.delayMs ?? 0);
	if (outcome.answer.errcode !== 0) {
		world.failedCalls.add({
			owner: request.token?.owner ?? request.platform?.appId ?? null,
			at: request.now,
			request: {
				invoke_time: Math.floor(request.now / 1000),
				cost_in_ms: delayMs,
				request_url: (message.url ?? '').split('?')[1] ?? '',
				request_body: raw?.toString('utf8') ?? '',
				response_body: text,
				client_ip: request.callerIp,
			},
		});
	}
	if (delayMs > 0) setTimeout(() => deliver(response, outcome, text), delayMs).unref();
	else deliver(response, outcome, text);
}
