import { isAppId } from './accounts.cts';
import { OK } from '../protocol/answer.cts';
import type { Answer, Call, JsonObject } from '../protocol/answer.cts';
import { mintComponentToken } from './mints.cts';
import { mintPreAuthCode } from './platforms.cts';
import type { Platform } from './platforms.cts';
import type { World } from '../world.cts';

/** Success bodies of the platform's APIs have no errcode and errmsg (documented). */
export function bare(fields: JsonObject): Answer {
	return { errcode: 0, bare: true, fields };
}

/** 41018 if component_appid is missing, empty or not a string. */
export function componentFieldsErrcode(body: JsonObject): number {
	const { component_appid: appId } = body;
	return typeof appId === 'string' && appId !== '' ? 0 : 41018;
}

/**
 * The platform behind component_appid, or the errcode: 61011 for the appid of an account (seen),
 * 40013 for any other that is malformed, unknown, or not the owner of the token (assumed).
 */
function findPlatform(call: Call, world: World): Platform | number {
	const appId = String(call.body.component_appid);
	const platform = world.platforms.find(appId);
	if (!platform) return isAppId(appId) && world.findMiniProgram(appId) ? 61011 : 40013;
	return call.platform && call.platform !== platform ? 40013 : platform;
}

/** An API that works for the platform named in the body. */
export function forPlatform(
	handle: (platform: Platform, call: Call, world: World) => Answer,
): (call: Call, world: World) => Answer {
	return (call, world) => {
		const platform = findPlatform(call, world);
		return typeof platform === 'number' ? { errcode: platform } : handle(platform, call, world);
	};
}

/** 41004 for no secret, a setting for a wrong one (40125 documented, others claimed). */
export function secretErrcode(platform: Platform, secret: unknown, world: World): number {
	if (typeof secret !== 'string' || secret === '') return 41004;
	return secret === platform.appSecret ? 0 : world.settings.wrongSecretErrcode;
}

/** 61011 for no ticket (seen for null), 61006 for an unknown one, 61005 after 12 hours. */
function ticketErrcode(platform: Platform, call: Call, world: World): number {
	const { component_verify_ticket: ticket } = call.body;
	if (typeof ticket !== 'string' || ticket === '') return 61011;
	const mintedAt = platform.tickets.get(ticket);
	if (mintedAt === undefined) return 61006;
	return call.now >= mintedAt + world.settings.ticketLifetimeSeconds * 1000 ? 61005 : 0;
}

/** Every ticket works for its 12 hours, not only the newest. Secret before ticket is assumed. */
export const apiComponentToken = forPlatform((platform, call, world) => {
	const errcode =
		secretErrcode(platform, call.body.component_appsecret, world) ||
		ticketErrcode(platform, call, world);
	if (errcode !== 0) return { errcode };
	const token = mintComponentToken(world, platform);
	return bare({
		component_access_token: token.value,
		expires_in: world.settings.componentTokenLifetimeSeconds,
	});
});

/**
 * `ok` if pushing was stopped: then a ticket is pushed at once (assumed). `in a normal state` if
 * it was not: then only the scheduled tickets come.
 */
export const apiStartPushTicket = forPlatform((platform, call, world) => {
	const errcode = secretErrcode(platform, call.body.component_secret, world);
	if (errcode !== 0) return { errcode };
	if (!platform.pushingStopped) return { errcode: 0, okText: 'in a normal state' };
	platform.pushingStopped = false;
	void world.pusher.pushTicket(platform);
	return OK;
});

export const apiCreatePreAuthCode = forPlatform((platform, call, world) => {
	const lifetime = world.settings.preAuthCodeLifetimeSeconds;
	return bare({
		pre_auth_code: mintPreAuthCode(platform, call.now, lifetime),
		expires_in: lifetime,
	});
});
