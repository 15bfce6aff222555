import type { Operations } from './controls.cts';
import { LINK_PERMISSION_SET } from '../platform/accounts.cts';
import { platformOperationsOn } from './platformOperations.cts';
import { isAlive, stateOf } from '../platform/tokens.cts';
import type { World } from '../world.cts';

function accountOperations(world: World) {
	return {
		addAccount: (input) => world.addAccount(input),
		addMiniProgram: (input) => world.addMiniProgram(input),
		changeMiniProgram: (appId, changes) => world.changeMiniProgram(appId, changes),
		grant: (appId, permissionSets = [LINK_PERMISSION_SET]) => {
			const account = world.account(appId);
			account.permissionSets.clear();
			for (const id of permissionSets) account.permissionSets.add(id);
			account.status = 'authorized';
		},
		setAccountStatus: (account, status) => {
			world.account(account).status = status;
		},
	} satisfies Partial<Operations>;
}

function tokenOperations(world: World) {
	return {
		issueToken: (owner, options = {}) => {
			if ((options.kind ?? 'authorizer') === 'authorizer') world.account(owner);
			return world.issueToken(owner, options).value;
		},
		replaceToken: (account) => {
			world.account(account);
			return world.issueToken(account).value;
		},
		expireToken: (account) => {
			const token = world.tokens.currentOf('authorizer', account);
			if (!token || !isAlive(token, world.clock.now())) {
				throw new Error(`${account} has no current token`);
			}
			token.expiresAt = world.clock.now();
		},
		replaceTokenAfter: (account, calls) => {
			world.account(account);
			if (calls === 0) world.issueToken(account);
			else world.tokens.scheduleReplacement(account, calls);
		},
		tokenState: (text) => stateOf(world.tokens.find(text), world.clock.now()),
		advanceClock: (seconds) => world.clock.advance(seconds),
	} satisfies Partial<Operations>;
}

function relationOperations(world: World) {
	const { relations } = world;
	return {
		setRelation: (account, miniProgram, state) => {
			world.account(account);
			world.miniProgram(miniProgram);
			relations.set(account, miniProgram, state);
		},
		relation: (account, miniProgram) => {
			const relation = relations.get(account, miniProgram);
			return relation ? { ...relation } : null;
		},
		officialAccountAdminAgrees: (account, miniProgram) =>
			relations.officialAccountAdminAgrees(account, miniProgram),
		officialAccountAdminRefuses: (account, miniProgram) =>
			relations.officialAccountAdminRefuses(
				account,
				miniProgram,
				world.settings.officialAccountRefusalStatus,
			),
		officialAccountAdminUnlinks: (account, miniProgram) =>
			relations.officialAccountAdminUnlinks(account, miniProgram),
		miniProgramAdminAgrees: (account, miniProgram) =>
			relations.miniProgramAdminAgrees(account, miniProgram),
		miniProgramAdminRefuses: (account, miniProgram) =>
			relations.miniProgramAdminRefuses(account, miniProgram),
		officialAccountAdminAgreesToUnlink: (account, miniProgram) =>
			relations.officialAccountAdminAgreesToUnlink(account, miniProgram),
		officialAccountAdminRefusesToUnlink: (account, miniProgram) =>
			relations.officialAccountAdminRefusesToUnlink(account, miniProgram),
	} satisfies Partial<Operations>;
}

function knobOperations(world: World) {
	return {
		reset: async () => {
			world.reset();
			await world.outages.end();
		},
		configure: (settings) => world.configure(settings),
		answerWith: (match, behavior) => world.rules.add(match, behavior),
		setOutage: async (host, outage) => await world.outages.set(host, outage),
		stopAnswering: (id) => {
			if (id === undefined) world.rules.clear();
			else if (!world.rules.remove(id)) throw new Error(`no behavior ${id} is in force`);
		},
		setLimits: (limits) => {
			Object.assign(world.limits, limits);
		},
		setLatency: (milliseconds) => {
			world.latencyMs = milliseconds;
		},
		setIpWhitelist: (addresses) => {
			world.ipWhitelist = addresses;
		},
		setTokenService: (settings) => {
			Object.assign(world.tokenService, settings);
		},
	} satisfies Partial<Operations>;
}

function logOperations({ log }: World) {
	return {
		calls: (filter) => log.calls(filter),
		count: (path) => log.count(path),
		tokenServiceCount: (account) => log.tokenServiceCount(account),
		noCacheCount: (account) => log.noCacheCount(account),
		stats: () => log.stats(),
	} satisfies Partial<Operations>;
}

/** The controls of a world, with checked arguments. */
export function operationsOn(world: World): Operations {
	return {
		...knobOperations(world),
		...accountOperations(world),
		...tokenOperations(world),
		...relationOperations(world),
		...logOperations(world),
		...platformOperationsOn(world),
	};
}
