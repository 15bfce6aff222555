import { OK } from './answer.cts';
import type { Answer, Call, JsonObject } from './answer.cts';
import type { Counted } from './accounts.cts';
import { clearCounters } from './callQuota.cts';
import { componentFieldsErrcode, forPlatform, secretErrcode } from './componentApis.cts';
import { isAuthorizedFor } from './authorizations.cts';

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

/** POST /cgi-bin/component/clear_quota/v2: for the platform, or with appid for an authoriser. */
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
