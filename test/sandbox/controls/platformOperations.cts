import { addAccounts } from './bulkAccounts.cts';
import {
	grantAuthorization,
	isAuthorizedFor,
	pushGranted,
	registerAccount,
	withdrawAuthorization,
} from '../platform/authorizations.cts';
import type { Operations } from './controls.cts';
import { mintAside } from '../platform/mints.cts';
import { changePlatform, consoleOf, copiesOpenTo } from '../platform/platforms.cts';
import type { Platform } from '../platform/platforms.cts';
import type { AuthorizationResult, AuthorizeInput } from '../platform/platformTypes.cts';
import { checkAndPublish, checkPublication } from '../platform/publicationCheck.cts';
import { writeAsFollower } from '../pushes/followerMessages.cts';
import { rawRequest } from '../faults/rawPush.cts';
import { secretsOf } from '../platform/secrets.cts';
import type { World } from '../world.cts';

/** @throws Error if there is no such platform, or none at all */
function platformFor(world: World, input: AuthorizeInput): Platform {
	const account = world.account(input.account);
	return world.platforms.get(input.platform ?? account.platformAppId ?? undefined);
}

async function agree(world: World, input: AuthorizeInput): Promise<AuthorizationResult | null> {
	const account = world.account(input.account);
	const platform = platformFor(world, input);
	if (copiesOpenTo(platform, account).length === 0) {
		throw new Error(`${platform.appId} is not published, and ${account.username} no test account`);
	}
	const sets = input.permissionSets ?? platform.permissionSets;
	const granted = grantAuthorization(world, platform, account, sets, input.viaCode);
	return granted && pushGranted(world, platform, account, granted);
}

function isAuthorized(world: World, input: AuthorizeInput): boolean {
	return isAuthorizedFor(world, world.account(input.account), platformFor(world, input));
}

function authorizationOperations(world: World) {
	return {
		addAccounts: (count, options = {}) => addAccounts(world, count, options),
		authorize: async (input) => {
			const result = isAuthorized(world, input) ? null : await agree(world, input);
			if (result) return result;
			throw new Error(`${input.account} is already authorized; use reauthorize or withdraw first`);
		},
		reauthorize: (input) => {
			if (isAuthorized(world, input)) return agree(world, input);
			throw new Error(`${input.account} is not authorized; use authorize`);
		},
		registerAccount: (appId, platform) =>
			registerAccount(world, world.platforms.get(platform), world.account(appId)),
		withdraw: (appId) => withdrawAuthorization(world, world.account(appId)),
		writeAsFollower: (appId, text = '你好') => writeAsFollower(world, world.account(appId), text),
	} satisfies Partial<Operations>;
}

function pushOperations({ platforms, pusher }: World) {
	return {
		pushTicket: (ticket, platform) => pusher.pushTicket(platforms.get(platform), ticket),
		push: (infoType, fields = {}, platform) =>
			pusher.push(platforms.get(platform), infoType, fields),
		repeatPush: (sequence, url) => pusher.repeat(sequence, url),
		pushRaw: (raw = {}) => pusher.sendOnce(rawRequest(raw, platforms.get(raw.platform), pusher)),
		lastTicket: (platform) => platforms.get(platform).lastTicket,
		pushes: (filter) => pusher.pushes(filter),
	} satisfies Partial<Operations>;
}

/** The platform controls of a world, with checked arguments. */
export function platformOperationsOn(world: World) {
	const { platforms } = world;
	return {
		addPlatform: (input) => consoleOf(platforms.add(input)),
		changePlatform: (changes, appId) => {
			const platform = platforms.get(appId);
			changePlatform(platform, changes);
			return consoleOf(platform);
		},
		changeTestCopy: (changes, appId) => {
			const platform = platforms.get(appId);
			Object.assign(platform.test, changes);
			return consoleOf(platform);
		},
		publish: (appId) => checkAndPublish(world, platforms.get(appId)),
		platform: (appId) => consoleOf(platforms.get(appId)),
		setEventUrl: (url, appId) => {
			changePlatform(platforms.get(appId), { eventUrl: url });
		},
		setApiLimit: (path, { callsPerDay = null, callsPerMinute = null }) => {
			world.apiLimits.set(path, { callsPerDay, callsPerMinute });
		},
		mintAside: (appId, graceSeconds = 0) => mintAside(world, appId, graceSeconds),
		voidEvery: (n) => {
			world.voidEvery = n;
		},
		counters: () => ({ ...world.log.counters(), ...world.mints.counters() }),
		secrets: () => secretsOf(world),
		checkPublication: (appId) => checkPublication(world, platforms.get(appId)),
		...authorizationOperations(world),
		...pushOperations(world),
	} satisfies Partial<Operations>;
}
