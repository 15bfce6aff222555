import { MESSAGE_PERMISSION_SET } from './accounts.cts';
import { grantAuthorization, pushGranted, withdrawAuthorization } from './authorizations.cts';
import { mintTicket, PUBLICATION_CHECK_ACCOUNTS, publish } from './platforms.cts';
import type { Platform } from './platforms.cts';
import type { PublicationCheckStep } from '../pushes/pushTypes.cts';
import type { World } from '../world.cts';

/** The account authorizes the platform like any merchant, and then withdraws (assumed). */
async function visit(
	world: World,
	platform: Platform,
	appId: string,
): Promise<PublicationCheckStep[]> {
	if (!world.findAccount(appId)) {
		const name = `Publication check 全网发布检测 ${appId.slice(-4)}`;
		world.addAccount({ appId, name, status: 'none', platform: platform.appId });
	}
	const account = world.account(appId);
	const granted = grantAuthorization(world, platform, account, platform.permissionSets);
	const pushes = [
		granted && (await pushGranted(world, platform, account, granted)).push,
		await withdrawAuthorization(world, account),
	];
	return pushes.flatMap((push) => (push ? [{ account: appId, push }] : []));
}

/**
 * The publication check (全网发布检测) of the copy for tests: a ticket, even while tickets are stopped, and
 * then WeChat's test accounts, if the platform has the permission set of messages: without it only the
 * ticket is tested (reported). If the platform does not accept the ticket, the check ends (assumed).
 */
export async function checkPublication(
	world: World,
	platform: Platform,
): Promise<PublicationCheckStep[]> {
	const ticket = mintTicket(platform, world.clock.now());
	const fields = { ComponentVerifyTicket: ticket };
	const { test, permissionSets } = platform;
	const push = await world.pusher.push(platform, 'component_verify_ticket', fields, test);
	const asksForMessages = permissionSets.includes(MESSAGE_PERMISSION_SET);
	const visitors = push.delivered && asksForMessages ? PUBLICATION_CHECK_ACCOUNTS : [];
	const visits = await Promise.all(visitors.map((appId) => visit(world, platform, appId)));
	platform.publicationCheck = [{ account: null, push }, ...visits.flat()];
	return platform.publicationCheck;
}

/**
 * Publishes the copy for tests network-wide (全网发布) if it passes the check.
 *
 * @returns whether it did
 */
export async function checkAndPublish(world: World, platform: Platform): Promise<boolean> {
	const steps = await checkPublication(world, platform);
	const passed = steps.every(({ push }) => push.delivered);
	if (passed) publish(platform);
	return passed;
}
