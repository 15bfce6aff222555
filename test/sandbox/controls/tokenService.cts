import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAlive, type TokenRecord } from '../platform/tokens.cts';
import type { World } from '../world.cts';

/** Prefix of the account's appid; without one, the list of accounts. */
export const TOKEN_SERVICE_PREFIX = '/_sandbox/token-service/';

interface Page {
	readonly status: number;
	readonly text: string;
	readonly location?: string;
}

function json(status: number, body: Readonly<Record<string, unknown>>): Page {
	return { status, text: JSON.stringify(body) };
}

function secretFits(request: IncomingMessage, world: World): boolean {
	const { secretHeader } = world.tokenService;
	if (!secretHeader) return true;
	return request.headers[secretHeader.name.toLowerCase()] === secretHeader.value;
}

function isNoCache(request: IncomingMessage): boolean {
	return /\bno-cache\b/.test(request.headers['cache-control'] ?? '');
}

/** A token that is given for its whole lifetime, unless a request refuses cached ones. */
function cachedTokenFor(account: string, isFresh: boolean, world: World): TokenRecord {
	const kept = world.cachedTokens.get(account);
	const token =
		kept && !isFresh && kept.expiresAt > world.clock.now() ? kept : world.issueToken(account);
	world.cachedTokens.set(account, token);
	return token;
}

/** The token to give: the current one while it works, otherwise a new one. */
function tokenFor(
	account: string,
	isFresh: boolean,
	world: World,
): { value: string; expiresIn: number } {
	const { fixedToken, wrongKind, mint, lifetimeSeconds, caches } = world.tokenService;
	if (fixedToken !== null) return { value: fixedToken, expiresIn: lifetimeSeconds };
	const now = world.clock.now();
	const current = world.tokens.currentOf('authorizer', account);
	const isGood = wrongKind === null && !mint && current && isAlive(current, now);
	const otherwise = () =>
		isGood
			? current
			: world.issueToken(account, { lifetimeSeconds, kind: wrongKind ?? 'authorizer' });
	const token = caches ? cachedTokenFor(account, isFresh, world) : otherwise();
	return { value: token.value, expiresIn: Math.floor((token.expiresAt - now) / 1000) };
}

function pageFor(account: string, request: IncomingMessage, world: World): Page {
	const { failure, key, omitExpiresIn, offersList, namesAccount, tokenOf, inData, answer } =
		world.tokenService;
	if (answer) return answer;
	if (request.method !== 'GET') return json(405, { error: 'use GET' });
	if (!secretFits(request, world)) return json(401, { error: 'unauthorized' });
	if (failure === 'http500') return json(500, { error: 'internal error' });
	if (world.tokenService.failsNoCache && isNoCache(request)) return json(503, { error: 'busy' });
	if (failure === 'notJson') return { status: 200, text: '<html>Please log in</html>' };
	if (failure === 'redirect') {
		return { ...json(302, {}), location: `${TOKEN_SERVICE_PREFIX}elsewhere/${account}` };
	}
	if (account === '' && offersList) return json(200, { list: listOf(world) });
	if (!world.findAccount(account)) return json(404, { error: 'no such account' });
	if (failure === 'noToken') return json(200, { message: 'no token at the moment' });
	const { value, expiresIn } = tokenFor(tokenOf ?? account, isNoCache(request), world);
	const fields = {
		[key]: value,
		...(!omitExpiresIn && { expires_in: expiresIn }),
		...(namesAccount && { authorizer_appid: tokenOf ?? account }),
	};
	return json(200, inData ? { code: 0, errorMsg: '', data: fields } : fields);
}

/** The accounts that authorized a platform. */
function listOf(world: World): object[] {
	return world
		.allAccounts()
		.filter(({ status }) => status !== 'none')
		.map(({ appId, name, authorization }) => ({
			authorizer_appid: appId,
			nick_name: name,
			auth_time: Math.floor(authorization.authorizedAt / 1000),
		}));
}

/** The provider's own service for authorizer access tokens, which does not belong to WeChat. */
export function handleTokenServiceCall(
	request: IncomingMessage,
	response: ServerResponse,
	world: World,
): void {
	request.resume();
	const path = (request.url ?? '').split('?', 1)[0];
	const account = path.slice(TOKEN_SERVICE_PREFIX.length);
	world.log.countTokenServiceCall(account, isNoCache(request));
	if (world.tokenService.failure === 'noAnswer') return void response.destroy();
	const page = pageFor(account, request, world);
	const isJson = page.text.startsWith('{');
	const deliver = (): void => {
		response.writeHead(page.status, {
			'Content-Type': isJson ? 'application/json; charset=utf-8' : 'text/html',
			...(page.location && { Location: page.location }),
		});
		response.end(page.text);
	};
	if (world.tokenService.delayMs > 0) setTimeout(deliver, world.tokenService.delayMs).unref();
	else deliver();
}
