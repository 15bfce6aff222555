import { grantAuthorization, pushGranted, withdrawAuthorization } from './authorizations.cts';
import { mintTicket } from './platforms.cts';
import type { Platform } from './platforms.cts';
import type { PublicationCheckStep } from '../pushes/pushTypes.cts';
import type { World } from '../world.cts';

/** WeChat's own Official Accounts for the check (documented). */
const TEST_ACCOUNTS = [
	'wx570bc396a51b8ff8',
	'wx9252c5e0bb1836fc',
	'wx8e1097c5bc82cde9',
	'wx14550af28c71a144',
	'wxa35b9c23cfe664eb',
];

/** Messages: without it only the ticket is tested (reported). */
const MESSAGE_PERMISSION_SET = 1;

/** The account authorizes the platform as any merchant does, and leaves it again (assumed). */
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
 * The publication check (全网发布检测): a ticket, also while the pushing of tickets is stopped, and
 * then WeChat's test accounts, if the platform has the permission set that they are for. A platform
 * that does not take the ticket is asked nothing more (assumed).
 */
export async function checkPublication(
	world: World,
	platform: Platform,
): Promise<PublicationCheckStep[]> {
	const ticket = mintTicket(platform, world.clock.now());
	const fields = { ComponentVerifyTicket: ticket };
	const push = await world.pusher.push(platform, 'component_verify_ticket', fields);
	const visitors =
		push.delivered && platform.permissionSets.includes(MESSAGE_PERMISSION_SET) ? TEST_ACCOUNTS : [];
	const visits = await Promise.all(visitors.map((appId) => visit(world, platform, appId)));
	platform.publicationCheck = [{ account: null, push }, ...visits.flat()];
	return platform.publicationCheck;
}
