import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { limitConcurrency } from '../calls/waiting';
import { readCodes } from '../tokens/keptCodes';
import type { AskPlatform } from '../tokens/authorizerInfo';
import { isOtherKind } from '../wechat/accountKind';
import { readAuthorizer, type Authorizer } from '../wechat/authorizer';
import { explainMissing, explainReply, type Obstacle } from '../wechat/obstacle';
import { listAuthorizers, nameWithId, type ListedAuthorizer } from '../accounts/authorizerList';
import * as HINTS from './checkHints';
import {
	finding,
	named,
	notChecked,
	ok,
	plural,
	refused,
	type Check,
	type Finding,
} from './finding';

/** WeChat's answer for an account that withdrew its authorization and is still listed. */
const WITHDRAWN = 61003;

/** The checks that look at each account. */
export const BY_ACCOUNT: readonly Check[] = [
	'permissionSet33',
	'unexchangedCodes',
	'closedAccounts',
];

/** An account, or why WeChat does not describe it. */
type Look = Authorizer | Refusal;

interface Refusal {
	appId: string;
	/** From the list. */
	name?: string | null;
	refusal: Obstacle;
}

/**
 * Checks the accounts that authorized the platform, with one call for each.
 *
 * @param data the credential, which keeps codes that are not exchanged yet
 * @param most maximum number of accounts to look at
 * @param atOnce how many of them at the same time
 * @returns the findings, and the appids of the accounts that can be called
 */
export async function checkAccounts(
	data: ICredentialDataDecryptedObject,
	call: AskPlatform,
	most: number,
	atOnce: number,
): Promise<{ findings: Finding[]; callable: string[] }> {
	const { answer, authorizers: listed } = await listAuthorizers(call, most);
	if (answer.errcode !== 0) {
		const obstacle = answer.obstacle ?? explainReply(answer);
		const found = refused('authorizedAccounts', obstacle);
		return { findings: [found, ...notLookedAt()], callable: [] };
	}
	const limit = limitConcurrency(atOnce);
	const looks = await Promise.all(
		listed.map(async (one) => await limit(async () => await look(call, one))),
	);
	const authorizers = looks.filter((one): one is Authorizer => !('refusal' in one));
	const refusals = looks.filter((one): one is Refusal => 'refusal' in one);
	const accounts = authorizers.filter(({ accountKind }) => !isOtherKind(accountKind));
	const others = authorizers.filter(({ accountKind }) => isOtherKind(accountKind));
	if (accounts.length + refusals.length === 0) {
		const none = 'No Official Account has authorized the platform';
		const found = finding('authorizedAccounts', 'attention', none, HINTS.NO_ACCOUNT);
		return { findings: [found, ...notLookedAt()], callable: [] };
	}
	const isWithdrawn = ({ refusal }: Refusal) => refusal.errcode === WITHDRAWN;
	const unread = refusals.filter((one) => !isWithdrawn(one));
	return {
		findings: [
			countAccounts(listed.length, others, unread),
			checkPermissionSet(namesOf(accounts.filter(({ canLink }) => !canLink)), accounts.length),
			checkCodes(data, accounts),
			checkClosed(accounts, namesOf(refusals.filter(isWithdrawn))),
		],
		callable: accounts.filter(isCallable).map(({ appId }) => appId),
	};
}

function notLookedAt(): Finding[] {
	return BY_ACCOUNT.map((check) => notChecked(check, 'authorizedAccounts'));
}

async function look(call: AskPlatform, { appId, name }: ListedAuthorizer): Promise<Look> {
	const answer = await call('api_get_authorizer_info', { authorizer_appid: appId });
	const authorizer = answer.errcode === 0 ? readAuthorizer(appId, answer.payload) : undefined;
	return authorizer?.isWhole
		? authorizer
		: { appId, name, refusal: answer.obstacle ?? explainMissing(answer) };
}

function isCallable({ canLink, accountStatus, refreshToken }: Authorizer): boolean {
	const isOpen = accountStatus === 'normal' || accountStatus === 'warned';
	return canLink && isOpen && refreshToken !== '';
}

function including(others: Authorizer[]): string {
	const count = others.filter(({ accountKind }) => accountKind === 'miniProgram').length;
	const rest = others.length - count;
	const parts = [
		...(count > 0 ? [plural(count, 'Mini Program', 'Mini Programs')] : []),
		...(rest > 0 ? [plural(rest, 'account of another kind', 'accounts of other kinds')] : []),
	];
	return parts.length > 0 ? `, including ${parts.join(' and ')}` : '';
}

function countAccounts(count: number, others: Authorizer[], unread: Refusal[]): Finding {
	const check = 'authorizedAccounts';
	const have = plural(count, 'account has', 'accounts have');
	const detail = `${have} authorized the platform${including(others)}`;
	const [first] = unread;
	if (first === undefined) return ok(check, detail);
	const { detail: answer, hint } = refused(check, first.refusal);
	const could = `${detail}; ${unread.length} could not be read (${named(namesOf(unread))}): ${answer}`;
	return finding(check, 'attention', could, hint);
}

/**
 * @param lacking names of the accounts that have not granted it
 * @param count number of all accounts
 */
export function checkPermissionSet(lacking: string[], count: number): Finding {
	const check = 'permissionSet33';
	if (lacking.length === 0) return ok(check, `${granted(count)} permission set 33`);
	const lack = lacking.length === 1 ? 'lacks' : 'lack';
	const detail = `${lacking.length} of ${plural(count, 'account', 'accounts')} ${lack} permission set 33: ${named(lacking)}`;
	const isNobody = lacking.length === count;
	return finding(check, 'attention', detail, isNobody ? HINTS.ALL_LACK_SET_33 : HINTS.LACKS_SET_33);
}

/** If WeChat shows no refresh token for an account, nobody has exchanged its code. */
function checkCodes(data: ICredentialDataDecryptedObject, accounts: Authorizer[]): Finding {
	const check = 'unexchangedCodes';
	const kept = new Set(
		readCodes(data)
			.filter(({ code }) => code !== '')
			.map(({ appId }) => appId),
	);
	const waiting = accounts.filter(({ refreshToken }) => refreshToken === '');
	if (waiting.length === 0) return ok(check, 'All authorization codes were exchanged');
	const isKept = namesOf(waiting.filter(({ appId }) => kept.has(appId)));
	const isLost = namesOf(waiting.filter(({ appId }) => !kept.has(appId)));
	const parts = [
		...(isKept.length > 0 ? [`${isKept.length} kept here: ${named(isKept)}`] : []),
		...(isLost.length > 0 ? [`${isLost.length} not kept here: ${named(isLost)}`] : []),
	];
	const detail = `${plural(waiting.length, 'authorization code was', 'authorization codes were')} not exchanged; ${parts.join('; ')}`;
	return finding(check, 'attention', detail, HINTS.UNEXCHANGED);
}

function checkClosed(accounts: Authorizer[], withdrawn: string[]): Finding {
	const check = 'closedAccounts';
	const states = (['cancelled', 'banned', 'frozen', 'warned'] as const).map(
		(state): [string, string[]] => [
			state,
			namesOf(accounts.filter(({ accountStatus }) => accountStatus === state)),
		],
	);
	const parts = [...states, ['withdrawn', withdrawn] as [string, string[]]]
		.filter(([, names]) => names.length > 0)
		.map(([state, names]) => `${names.length} ${state}: ${named(names)}`);
	return parts.length === 0
		? ok(check, 'No account is cancelled, banned, frozen, warned or withdrawn')
		: finding(check, 'attention', parts.join('; '), HINTS.CLOSED);
}

/** In the order of the appids. */
function namesOf(looks: Look[]): string[] {
	return [...looks].sort((a, b) => (a.appId < b.appId ? -1 : 1)).map(nameWithId);
}

function granted(count: number): string {
	return count === 1
		? 'The only Official Account has granted'
		: `All ${count} Official Accounts have granted`;
}
