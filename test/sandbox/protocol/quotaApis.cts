import { OK } from './answer.cts';
import type { Answer, Call, JsonObject } from './answer.cts';
import type { Counted } from '../platform/accounts.cts';
import { callsToday, clearCounters, limitsFor } from './callQuota.cts';
import { componentFieldsErrcode, forPlatform, secretErrcode } from '../platform/componentApis.cts';
import { isAuthorizedFor } from '../platform/authorizations.cts';
import type { Route } from './routes.cts';
import type { World } from '../world.cts';

function clear(counted: Counted, now: number): Answer {
	const errcode = clearCounters(counted, now);
	return errcode === 0 ? OK : { errcode };
}

/** 41018, then 41004 without appsecret. */
export function clearQuotaV2FieldsErrcode(body: JsonObject): number {
	const errcode = componentFieldsErrcode(body);
	return errcode || (body.appsecret === undefined ? 41004 : 0);
}

/** POST /cgi-bin/clear_quota: for the owner of the token; another appid is 40013 (documented). */
export function clearQuota(call: Call): Answer {
	const owner = call.account ?? call.platform;
	if (!owner || call.body.appid !== owner.appId) return { errcode: 40013 };
	return clear(owner, call.now);
}

/** POST /cgi-bin/component/clear_quota/v2: for the platform, or with appid for an authorizer. */
export const clearQuotaV2 = forPlatform((platform, call, world) => {
	const errcode = secretErrcode(platform, call.body.appsecret, world);
	if (errcode !== 0) return { errcode };
	const { appid } = call.body;
	if (appid === undefined || appid === platform.appId) return clear(platform, call.now);
	const account = world.findAccount(String(appid));
	if (!account) return { errcode: 40013 };
	if (!isAuthorizedFor(world, account, platform)) return { errcode: 61003 };
	return clear(account, call.now);
});

/** Calls per day if no limit is set: WeChat publishes no number, so this one is invented. */
const UNLIMITED_PER_DAY = 10_000;

/**
 * 76003 for a path with a host or without its leading slash (seen by developers), or for
 * none (assumed).
 */
export function cgiPathFieldErrcode({ cgi_path: path }: JsonObject): number {
	return typeof path === 'string' && path.startsWith('/') ? 0 : 76003;
}

/** Whose calls are looked up: the owner of the token. */
function ownerOf(call: Call): Counted & { readonly appId: string } {
	const owner = call.account ?? call.platform;
	if (!owner) throw new Error('a token without an owner');
	return owner;
}

/**
 * POST /cgi-bin/openapi/quota/get: the limits of one API for the owner of the token. 76021 for an
 * unknown path, 76022 for one that does not accept the owner's kind of token (documented; that this is
 * what it means is assumed).
 *
 * @param wanted kind of token that the API at this path accepts, undefined for an unknown path
 */
export function openapiQuotaGet(call: Call, world: World, wanted?: Route['token']): Answer {
	if (wanted === undefined) return { errcode: 76021 };
	const own = call.account ? ['authorizer', 'any'] : ['component', 'none', 'any'];
	if (!own.includes(wanted)) return { errcode: 76022 };
	const path = String(call.body.cgi_path);
	const owner = ownerOf(call);
	const { callsPerDay, callsPerMinute } = limitsFor(owner, path, world);
	const limit = callsPerDay ?? UNLIMITED_PER_DAY;
	const used = callsToday(owner, path, call.now);
	const rate = callsPerMinute !== null && { call_count: callsPerMinute, refresh_second: 60 };
	return {
		errcode: 0,
		fields: {
			quota: { daily_limit: limit, used, remain: Math.max(0, limit - used) },
			...(rate && { rate_limit: rate }),
			...(rate && call.account && { component_rate_limit: rate }),
		},
	};
}

const RID = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/;

/** 76002 for a missing or malformed rid (documented). */
export function ridFieldErrcode({ rid }: JsonObject): number {
	return typeof rid === 'string' && RID.test(rid) ? 0 : 76002;
}

/**
 * POST /cgi-bin/openapi/rid/get: 76001 for an unknown rid or one older than 7 days, 76003 for one of
 * another account (documented).
 */
export function openapiRidGet(call: Call, world: World): Answer {
	const found = world.failedCalls.find(String(call.body.rid), call.now);
	if (!found) return { errcode: 76001 };
	if (found.owner !== ownerOf(call).appId) return { errcode: 76003 };
	return { errcode: 0, fields: { request: found.request } };
}
