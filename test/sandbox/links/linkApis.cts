import { newMiniProgram } from '../platform/accounts.cts';
import type { Account, MiniProgram } from '../platform/accounts.cts';
import { OK } from '../protocol/answer.cts';
import type { Answer, Call, JsonObject } from '../protocol/answer.cts';
import { linkItem, wxopensFields } from './linkItems.cts';
import { countInvitation, linkQuotaErrcode } from './linkQuota.cts';
import { LINKED, WAITS_FOR_MINI_PROGRAM, WAITS_FOR_OFFICIAL_ACCOUNT } from './relations.cts';
import type { Relation } from '../types.cts';
import type { World } from '../world.cts';

/** `""` counts as 0: a common SDK sends it for "no". */
const flagValues = new Map<unknown, boolean>([
	[0, false],
	[1, true],
	['0', false],
	['1', true],
	['', false],
]);

/** The account of a link call; the token check refuses all others. */
function accountOf(call: Call): Account {
	if (!call.account) throw new Error('a link API was reached without an account');
	return call.account;
}

/** 41002 without an appid, 47001 if it is not a string (that 47001 comes first is assumed). */
export function appIdFieldErrcode(body: JsonObject): number {
	const { appid } = body;
	if (appid === undefined || appid === null || appid === '') return 41002;
	return typeof appid === 'string' ? 0 : 47001;
}

/** wxamplink: 41002 or 47001 for missing or unusable fields (47001 for the flags is assumed). */
export function linkFieldsErrcode(body: JsonObject): number {
	const errcode = appIdFieldErrcode(body);
	if (errcode !== 0) return errcode;
	const flagsFit = flagValues.has(body.notify_users) && flagValues.has(body.show_profile);
	return flagsFit ? 0 : 47001;
}

/**
 * The Mini Program behind an appid, or the errcode: 40013 for a malformed or unknown appid
 * (assumed), -1 for an appid that is not a Mini Program's (reported for a service account).
 */
function findMiniProgram(world: World, body: JsonObject): MiniProgram | number {
	const miniProgram = world.findMiniProgram(String(body.appid));
	if (!miniProgram) return 40013;
	return miniProgram.kind === 'officialAccount' ? -1 : miniProgram;
}

function linkStateErrcode(miniProgram: MiniProgram): number {
	if (miniProgram.banned) return 89013;
	if (miniProgram.overseas) return 89008;
	return miniProgram.forbidsLinking ? 89245 : 0;
}

/** An invitation that was refused or has ended can be sent again at once (assumed). */
function linkRelationErrcode(relation: Relation | undefined): number {
	if (relation?.status === LINKED) return 89015;
	if (relation?.fromConsole) return 89035;
	if (relation?.status === WAITS_FOR_OFFICIAL_ACCOUNT) return 89010;
	return relation?.status === WAITS_FOR_MINI_PROGRAM ? 89010 : 0;
}

/**
 * POST /cgi-bin/wxopen/wxamplink: sends the invitation, and does not link yet (documented).
 *
 * Order of the refusals (assumed): the Mini Program's state, the relation, the limits.
 */
export function wxamplink(call: Call, world: World): Answer {
	const account = accountOf(call);
	const miniProgram = findMiniProgram(world, call.body);
	if (typeof miniProgram === 'number') return { errcode: miniProgram };
	const relation = world.relations.get(account.appId, miniProgram.appId);
	const errcode =
		linkStateErrcode(miniProgram) ||
		linkRelationErrcode(relation) ||
		linkQuotaErrcode(world, account, miniProgram, call.now);
	if (errcode !== 0) return { errcode };
	countInvitation(account, miniProgram, call.now);
	world.relations.invite(
		account.appId,
		miniProgram.appId,
		flagValues.get(call.body.notify_users) ?? false,
		flagValues.get(call.body.show_profile) ?? false,
	);
	return OK;
}

/** POST /cgi-bin/wxopen/wxamplinkget: all links and invitations, without paging (documented). */
export function wxamplinkget(call: Call, world: World): Answer {
	const relations = [...world.relations.of(accountOf(call).appId)];
	const items = relations.map(([appId, relation]) =>
		linkItem(world.findMiniProgram(appId) ?? newMiniProgram({ appId }), relation, call.behavior),
	);
	return { errcode: 0, fields: wxopensFields(items, call.behavior) };
}

function unlinkErrcode(world: World, miniProgram: MiniProgram, relation?: Relation): number {
	if (miniProgram.banned) return 89013;
	if (relation?.status !== LINKED) return world.settings.unlinkNotLinkedErrcode;
	if (relation.unlinkPending) return 89018;
	if (miniProgram.nearby) return 89011;
	return miniProgram.kind === 'store' ? 89012 : 0;
}

/**
 * POST /cgi-bin/wxopen/wxampunlink: asks the Official Account's administrator, and does not
 * unlink yet (documented). The answer for a Mini Program that is not linked is a setting, since nothing is
 * known about it; 89018 appears only in the general table.
 */
export function wxampunlink(call: Call, world: World): Answer {
	const account = accountOf(call);
	const miniProgram = findMiniProgram(world, call.body);
	if (typeof miniProgram === 'number') return { errcode: miniProgram };
	const relation = world.relations.get(account.appId, miniProgram.appId);
	const errcode = unlinkErrcode(world, miniProgram, relation);
	if (errcode !== 0) return { errcode };
	if (relation) relation.unlinkPending = true;
	return OK;
}
