import { isAppId } from './accounts.cts';
import type { Account } from './accounts.cts';
import type { Answer, Call, JsonObject } from '../protocol/answer.cts';
import { changeRefreshToken, isAuthorizedFor, refreshTokenWorks } from './authorizations.cts';
import { authorizerInfo, funcInfo, isClosed, shownRefreshToken } from './authorizerInfo.cts';
import { bare, forPlatform } from './componentApis.cts';
import { mintAuthorizerToken } from './mints.cts';
import type { AuthorizationCode, Platform } from './platforms.cts';
import type { World } from '../world.cts';

/** The longest page of api_get_authorizer_list (documented). */
const MAX_PAGE = 500;

/**
 * The account behind authorizer_appid, or the errcode: 40013 for none, a malformed or an unknown one
 * (assumed), 61003 for one that this platform cannot act for (reported).
 */
function findAuthorizer(platform: Platform, call: Call, world: World): Account | number {
	const { authorizer_appid: appId } = call.body;
	if (typeof appId !== 'string' || !isAppId(appId)) return 40013;
	const account = world.findAccount(appId);
	if (!account) return 40013;
	return isAuthorizedFor(world, account, platform) ? account : 61003;
}

/** An API about one authorizer of the platform. */
function forAuthorizer(
	handle: (account: Account, call: Call, world: World) => Answer,
): (call: Call, world: World) => Answer {
	return forPlatform((platform, call, world) => {
		const account = findAuthorizer(platform, call, world);
		return typeof account === 'number' ? { errcode: account } : handle(account, call, world);
	});
}

function tokenFields(account: Account, world: World): JsonObject {
	return {
		authorizer_access_token: mintAuthorizerToken(world, account).value,
		expires_in: world.settings.authorizerTokenLifetimeSeconds,
		authorizer_refresh_token: account.authorization.refreshToken,
	};
}

/** 40097 without a code (seen), 61009 for a wrong one, 61010 for a used or expired one. */
function findCode(platform: Platform, call: Call): AuthorizationCode | number {
	const { authorization_code: text } = call.body;
	if (typeof text !== 'string' || text === '') return 40097;
	const code = platform.authorizationCodes.get(text);
	if (!code) return 61009;
	return code.used || call.now >= code.expiresAt ? 61010 : code;
}

export const apiQueryAuth = forPlatform((platform, call, world) => {
	const code = findCode(platform, call);
	if (typeof code === 'number') return { errcode: code };
	const account = world.account(code.account);
	if (!isAuthorizedFor(world, account, platform)) return { errcode: 61003 };
	if (isClosed(account)) return { errcode: 61003 };
	code.used = true;
	account.authorization.exchanged = true;
	return bare({
		authorization_info: {
			authorizer_appid: account.appId,
			...tokenFields(account, world),
			func_info: funcInfo(account, world.settings),
		},
	});
});

/** 61003 before 61023 is assumed. The refresh token stays the same unless a setting changes that. */
export const apiAuthorizerToken = forAuthorizer((account, call, world) => {
	if (isClosed(account)) return { errcode: 61003 };
	if (!refreshTokenWorks(account, call.body.authorizer_refresh_token, call.now)) {
		return { errcode: 61023 };
	}
	if (world.settings.refreshTokenRotates) changeRefreshToken(world, account);
	return bare(tokenFields(account, world));
});

/** Also answers for a closed account, with its account_status (assumed). */
export const apiGetAuthorizerInfo = forAuthorizer((account, { behavior }, world) =>
	bare({
		authorizer_info: authorizerInfo(account),
		...(!behavior.omitAuthorizationInfo && {
			authorization_info: {
				authorizer_appid: account.appId,
				authorizer_refresh_token: shownRefreshToken(account),
				func_info: funcInfo(account, world.settings),
			},
		}),
	}),
);

/** 47001 unless both are numbers from 0 (assumed), 40170 for more than 500 at once. */
function pageErrcode({ offset, count }: JsonObject): number {
	const isIndex = (value: unknown): value is number =>
		Number.isInteger(value) && Number(value) >= 0;
	if (!isIndex(offset) || !isIndex(count)) return 47001;
	return count > MAX_PAGE ? 40170 : 0;
}

function isListed(world: World, account: Account, platform: Platform): boolean {
	if (isAuthorizedFor(world, account, platform)) return true;
	const keepsShowing = world.settings.listShowsWithdrawn && account.status === 'withdrawn';
	return keepsShowing && world.platformOf(account) === platform;
}

function listEntry(account: Account, world: World): JsonObject {
	const refreshToken = shownRefreshToken(account);
	const missing = refreshToken === '' && world.settings.unexchangedRefreshToken === 'missing';
	return {
		authorizer_appid: account.appId,
		...(missing ? {} : { refresh_token: refreshToken }),
		auth_time: Math.floor(account.authorization.authorizedAt / 1000),
	};
}

function pageOf(all: Account[], call: Call, world: World): Account[] {
	const { listIgnoresOffset, listShortPages } = world.settings;
	const offset = listIgnoresOffset ? 0 : Number(call.body.offset);
	const count = Number(call.body.count);
	const isLast = offset + count >= all.length;
	const fewer = listShortPages === 'fewer' && count > 1 && !isLast;
	const page = all.slice(offset, offset + count - (fewer ? 1 : 0));
	return listShortPages === 'leftOut' ? page.filter((_, n) => (offset + n) % 100 !== 99) : page;
}

export const apiGetAuthorizerList = forPlatform((platform, call, world) => {
	const errcode = pageErrcode(call.body);
	if (errcode !== 0) return { errcode };
	const all = world.allAccounts().filter((account) => isListed(world, account, platform));
	if (world.settings.listNewestFirst) all.reverse();
	const list = pageOf(all, call, world).map((account) => listEntry(account, world));
	return bare({ ...(world.settings.listTellsTotal && { total_count: all.length }), list });
});
