import { newRefreshToken } from './accounts.cts';
import type { Account } from './accounts.cts';
import { copyFor, mintPreAuthCode, preAuthCodeFault } from './platforms.cts';
import type { Platform } from './platforms.cts';
import type { AuthorizationResult, RegistrationResult } from './platformTypes.cts';
import type { PushRecord } from '../pushes/pushTypes.cts';
import { randomText } from '../randomText.cts';
import type { World } from '../world.cts';

/** The result of an authorization, before the push. */
export type Granted = Omit<AuthorizationResult, 'push'> & { readonly preAuthCode: string };

function sameSets(account: Account, sets: readonly number[]): boolean {
	const wanted = new Set(sets);
	return (
		wanted.size === account.permissionSets.size &&
		[...wanted].every((id) => account.permissionSets.has(id))
	);
}

/** Whether the account has authorized this platform; a closed one still has. */
export function isAuthorizedFor(world: World, account: Account, platform: Platform): boolean {
	if (account.status === 'none' || account.status === 'withdrawn') return false;
	return world.platformOf(account) === platform;
}

/** A new refresh token; the former one works for a grace period. */
export function changeRefreshToken(world: World, account: Account): void {
	const { authorization } = account;
	const grace = world.settings.refreshTokenGraceSeconds * 1000;
	authorization.former.push({
		value: authorization.refreshToken,
		validUntil: world.clock.now() + grace,
	});
	authorization.refreshToken = newRefreshToken();
}

/** Whether api_authorizer_token accepts this refresh token. One that nobody received is unknown. */
export function refreshTokenWorks(account: Account, text: unknown, now: number): boolean {
	const { refreshToken, exchanged, former } = account.authorization;
	if (typeof text !== 'string' || text === '') return false;
	if (exchanged && text === refreshToken) return true;
	return former.some(({ value, validUntil }) => value === text && now < validUntil);
}

/** A new code; codes of earlier authorizations of the account end (assumed). */
function mintAuthorizationCode(world: World, platform: Platform, account: Account) {
	for (const code of platform.authorizationCodes.values()) {
		if (code.account === account.appId) code.used = true;
	}
	const value = `queryauthcode@@@${randomText(86)}`;
	const lifetime = world.settings.authorizationCodeLifetimeSeconds * 1000;
	const expiresAt = world.clock.now() + lifetime;
	platform.authorizationCodes.set(value, { account: account.appId, expiresAt, used: false });
	const start = world.settings.codeExpiryInSeconds ? 0 : world.pusher.time();
	return { authorizationCode: value, expiredTime: start + lifetime / 1000 };
}

/** @throws Error if the code does not work */
function usePreAuthCode(world: World, platform: Platform, given: string | undefined): string {
	const now = world.clock.now();
	const lifetime = world.settings.preAuthCodeLifetimeSeconds;
	const value = given ?? mintPreAuthCode(platform, now, Math.max(lifetime, 1));
	const fault = preAuthCodeFault(platform, value, now);
	if (fault !== null) throw new Error(`the pre_auth_code is ${fault}`);
	const code = platform.preAuthCodes.get(value);
	if (code) code.used = true;
	return value;
}

/** The first authorization, or one after a withdrawal, which voids everything earlier (assumed). */
function begin(world: World, platform: Platform, account: Account): void {
	const { authorization } = account;
	if (account.status !== 'none') {
		changeRefreshToken(world, account);
		for (const former of authorization.former) former.validUntil = 0;
	}
	world.voidTokensOf(account);
	account.status = 'authorized';
	account.platformAppId = platform.appId;
	authorization.authorizedAt = world.clock.now();
	authorization.exchanged = false;
}

/**
 * A merchant agrees to exactly these permission sets. Changed sets give `updateauthorized` and a new
 * refresh token, unchanged ones give nothing at all (reported).
 *
 * @returns null if nothing changed
 * @throws Error if the pre_auth_code does not work
 */
export function grantAuthorization(
	world: World,
	platform: Platform,
	account: Account,
	sets: readonly number[],
	viaCode?: string,
): Granted | null {
	const preAuthCode = usePreAuthCode(world, platform, viaCode);
	const update = isAuthorizedFor(world, account, platform);
	if (update && sameSets(account, sets)) return null;
	if (!update) begin(world, platform, account);
	else if (!world.settings.updateKeepsRefreshToken) {
		changeRefreshToken(world, account);
		account.authorization.exchanged = false;
	}
	account.permissionSets.clear();
	for (const id of sets) account.permissionSets.add(id);
	return {
		infoType: update ? 'updateauthorized' : 'authorized',
		...mintAuthorizationCode(world, platform, account),
		preAuthCode,
	};
}

/** Pushes to the platform. */
export async function pushGranted(
	world: World,
	platform: Platform,
	account: Account,
	granted: Granted,
): Promise<AuthorizationResult> {
	const { infoType, authorizationCode, expiredTime, preAuthCode } = granted;
	const fields = {
		AuthorizerAppid: account.appId,
		AuthorizationCode: authorizationCode,
		AuthorizationCodeExpiredTime: expiredTime,
		PreAuthCode: preAuthCode,
	};
	const copy = copyFor(platform, account);
	const push = await world.pusher.pushAuthorization(platform, infoType, fields, copy);
	return { infoType, authorizationCode, expiredTime, push };
}

/** The push of a company's registered Mini Program (documented fields, invented values). */
const REGISTERED = { status: 0, msg: 'OK' };
const COMPANY = { name: 'Sandbox Company', code: '91350200M0000000X1', code_type: 1 };

/**
 * The platform has registered a Mini Program for a company, which authorizes it at once: the push has
 * its code as `auth_code`, without an expiry time.
 *
 * @throws Error if the account is already authorized
 */
export async function registerAccount(
	world: World,
	platform: Platform,
	account: Account,
): Promise<RegistrationResult> {
	if (account.status !== 'none') throw new Error(`${account.appId} is already registered`);
	begin(world, platform, account);
	account.permissionSets.clear();
	for (const id of platform.permissionSets) account.permissionSets.add(id);
	const { authorizationCode } = mintAuthorizationCode(world, platform, account);
	const push = await world.pusher.push(platform, 'notify_third_fasteregister', {
		appid: account.appId,
		...REGISTERED,
		auth_code: authorizationCode,
		info: COMPANY,
	});
	return { authorizationCode, push };
}

/** The merchant cancels: its codes end, with a push to its platform, if any. */
export async function withdrawAuthorization(
	world: World,
	account: Account,
): Promise<PushRecord | null> {
	account.status = 'withdrawn';
	for (const platform of world.platforms.all()) {
		for (const code of platform.authorizationCodes.values()) {
			if (code.account === account.appId) code.used = true;
		}
	}
	const platform = world.platformOf(account);
	if (!platform) return null;
	const fields = { AuthorizerAppid: account.appId };
	return world.pusher.push(platform, 'unauthorized', fields, copyFor(platform, account));
}
