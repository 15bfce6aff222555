import type { Account, Counted } from '../platform/accounts.cts';
import type { Answer } from './answer.cts';
import { countCall, limitsFor } from './callQuota.cts';
import type { Platform } from '../platform/platforms.cts';
import type { RequestBody } from './requestBody.cts';
import type { Route } from './routes.cts';
import { errcodeOfAge } from '../platform/tokens.cts';
import type { TokenRecord } from '../platform/tokens.cts';
import type { World } from '../world.cts';

/** One request to WeChat, read and parsed. */
export interface Request {
	readonly method: string;
	readonly path: string;
	readonly callerIp: string;
	/** The token parameter as sent, '' when absent. */
	readonly tokenText: string;
	/** What the sandbox knows about that token. */
	readonly token: TokenRecord | undefined;
	readonly account: Account | undefined;
	/** The platform that makes the call, by the token or by component_appid in the body. */
	readonly platform: Platform | undefined;
	/** null for GET. */
	readonly body: RequestBody | null;
	readonly now: number;
}

/** Characters and length of a token; what WeChat calls malformed is assumed. */
const TOKEN_FORM = /^[A-Za-z0-9_-]{16,1024}$/;

function ipAllowed(whitelist: readonly string[] | null, ip: string): boolean {
	if (whitelist === null) return true;
	return whitelist.some((entry) =>
		entry.endsWith('*') ? ip.startsWith(entry.slice(0, -1)) : entry === ip,
	);
}

function kindErrcode(route: Route, token: TokenRecord): number {
	if (route.token === 'any' || route.token === token.kind) return 0;
	if (route.token === 'component') return 61014;
	return token.kind === 'component' ? 61015 : 48001;
}

/**
 * 41001 missing, 40014 malformed, 40001 unknown or replaced, 61014 no platform's token, 61015 a
 * platform's token, 48001 an account's own token or a Mini Program's (documented or reported), 42001
 * expired. That the kind is checked before the age is assumed.
 */
function tokenErrcode(route: Route, request: Request): number {
	const { token, tokenText } = request;
	if (route.token === 'none') return 0;
	if (tokenText === '') return 41001;
	if (!token) return TOKEN_FORM.test(tokenText) ? 40001 : 40014;
	return kindErrcode(route, token) || errcodeOfAge(token, request.now);
}

/** The token can end with this use, or be replaced by "another system" after enough uses. */
function countTokenUse(token: TokenRecord | undefined, world: World): void {
	if (token?.endsWithUse) token.replacedValidUntil = world.clock.now();
	if (token?.kind === 'authorizer' && world.tokens.countUse(token.owner)) {
		world.issueToken(token.owner);
	}
}

/** 61003 withdrawn, frozen, banned or cancelled (reported), 61007 permission set missing (documented). */
function accountErrcode(route: Route, account: Account | undefined): number {
	if (!account) return route.token === 'authorizer' ? 40001 : 0;
	if (account.status !== 'authorized') return 61003;
	const isGranted = route.permissionSet === null || account.permissionSets.has(route.permissionSet);
	return isGranted ? 0 : 61007;
}

/** The account, otherwise the platform, that the call counts for. */
function countErrcode(request: Request, world: World): number {
	const { account, path, platform } = request;
	const counted: Counted | undefined = account ?? platform;
	return counted ? countCall(counted, path, limitsFor(counted, path, world), request.now) : 0;
}

function bodyErrcode(route: Route, body: RequestBody | null): number {
	if (!body) return 0;
	return body.errcode || (body.object ? route.fieldsErrcode(body.object) : 47001);
}

/**
 * The checks before the API itself: method, caller's IP, token, account, call
 * limits, body. The order is assumed as a whole; the errcodes are documented or reported.
 *
 * @returns null if the call has passed
 */
export function findFault(route: Route, request: Request, world: World): Answer | null {
	if (request.method !== route.method) return { errcode: route.method === 'GET' ? 43001 : 43002 };
	const whitelists = [world.ipWhitelist, request.platform?.ipWhitelist ?? null];
	if (!whitelists.every((whitelist) => ipAllowed(whitelist, request.callerIp))) {
		return { errcode: 61004, detail: ` requestIP: ${request.callerIp}` };
	}
	let errcode = tokenErrcode(route, request);
	if (errcode !== 0) return { errcode };
	countTokenUse(request.token, world);
	errcode =
		accountErrcode(route, request.account) ||
		countErrcode(request, world) ||
		bodyErrcode(route, request.body);
	return errcode === 0 ? null : { errcode };
}
