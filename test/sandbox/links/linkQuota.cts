import type { Account, MiniProgram } from '../platform/accounts.cts';
import { monthOf } from '../clock.cts';
import { LINKED, WAITS_FOR_MINI_PROGRAM, WAITS_FOR_OFFICIAL_ACCOUNT } from './relations.cts';
import type { World } from '../world.cts';

/** Which states use up one of the 10 or 3 places: linked and invited (assumed). */
const takesPlace = new Set([LINKED, WAITS_FOR_MINI_PROGRAM, WAITS_FOR_OFFICIAL_ACCOUNT]);

function isSameCompany(account: Account, miniProgram: MiniProgram | undefined): boolean {
	return (miniProgram?.company ?? account.company) === account.company;
}

function placesTaken(world: World, account: Account, sameCompany: boolean): number {
	let taken = 0;
	for (const [appId, relation] of world.relations.of(account.appId)) {
		if (!takesPlace.has(relation.status)) continue;
		if (isSameCompany(account, world.findMiniProgram(appId)) === sameCompany) taken += 1;
	}
	return taken;
}

function turnMonth(account: Account, now: number): void {
	const month = monthOf(now);
	if (account.invitations.month === month) return;
	account.invitations = { month, sameCompany: 0, otherCompany: 0 };
}

function reached(limit: number | null, count: () => number): boolean {
	return limit !== null && count() >= limit;
}

/**
 * Whether the limits allow one more invitation.
 *
 * The codes are documented; 89407 is reported by developers. Which limit is checked first, and
 * that invitations (not completed links) are counted, is assumed.
 *
 * @returns 89009 or 89407 (places), 89016 or 89017 (month, by company), 89007 (month) or 0
 */
export function linkQuotaErrcode(
	world: World,
	account: Account,
	miniProgram: MiniProgram,
	now: number,
): number {
	turnMonth(account, now);
	const { limits } = world;
	const { invitations } = account;
	const total = (): number => invitations.sameCompany + invitations.otherCompany;
	if (isSameCompany(account, miniProgram)) {
		if (reached(limits.sameCompanyLinks, () => placesTaken(world, account, true))) return 89009;
		if (reached(limits.sameCompanyLinksPerMonth, () => invitations.sameCompany)) return 89016;
	} else {
		if (reached(limits.otherCompanyLinks, () => placesTaken(world, account, false))) return 89407;
		if (reached(limits.otherCompanyLinksPerMonth, () => invitations.otherCompany)) return 89017;
	}
	return reached(limits.linksPerMonth, total) ? 89007 : 0;
}

/** Counts an accepted invitation for this month. */
export function countInvitation(account: Account, miniProgram: MiniProgram, now: number): void {
	turnMonth(account, now);
	if (isSameCompany(account, miniProgram)) account.invitations.sameCompany += 1;
	else account.invitations.otherCompany += 1;
}

/** The use of one of the limits; null = no limit. */
export interface LimitUse {
	readonly name: string;
	readonly used: number;
	readonly limit: number | null;
}

/** What `linkQuotaErrcode` checks. */
export function linkUse(world: World, account: Account, now: number): LimitUse[] {
	turnMonth(account, now);
	const { limits } = world;
	const { sameCompany, otherCompany } = account.invitations;
	return [
		{
			name: 'Places for Mini Programs of the own company',
			used: placesTaken(world, account, true),
			limit: limits.sameCompanyLinks,
		},
		{
			name: 'Places for Mini Programs of other companies',
			used: placesTaken(world, account, false),
			limit: limits.otherCompanyLinks,
		},
		{
			name: 'Invitations this month, own company',
			used: sameCompany,
			limit: limits.sameCompanyLinksPerMonth,
		},
		{
			name: 'Invitations this month, other companies',
			used: otherCompany,
			limit: limits.otherCompanyLinksPerMonth,
		},
		{
			name: 'Invitations this month',
			used: sameCompany + otherCompany,
			limit: limits.linksPerMonth,
		},
	];
}
