import type { Platform } from '../accounts/platform';
import { fixedToken, type Caller } from '../calls/caller';
import { isRejected, type Client } from '../calls/client';
import { keptComponentToken } from '../tokens/tokenFields';
import { pathOf } from '../wechat/apis';
import { describeApiQuota, LINK_APIS, readApiQuota } from '../wechat/diagnosis';
import { explainReply, type Obstacle } from '../wechat/obstacle';
import { checkAccounts } from './accountChecks';
import * as HINTS from './checkHints';
import { causeOf, CHECKS, finding, notChecked, ok, refused, type Finding } from './finding';
import { checkPlatform } from './platformChecks';
import { checkService } from './serviceChecks';

/** WeChat's answer if the calls of the day are used up. */
const DAILY_LIMIT = 45009;

/**
 * Checks everything about a platform's setup.
 *
 * @param atOnce how many accounts to look at together
 */
export async function checkSetupOf(
	platform: Platform,
	client: Client,
	atOnce: number,
): Promise<Finding[]> {
	const { findings, callable } = await checkPlatformAndAccounts(platform, client, {
		most: Infinity,
		atOnce,
		replacesTokens: true,
		callerOf: (appId) => platform.accountOf(appId),
	});
	if (!callable) return withTheRest(findings, causeOf(findings)?.check ?? 'componentToken');
	return [...findings, await checkLinkApiQuota(platform, client, callable)];
}

/**
 * Checks everything but the quotas: in a run, or for the test of a credential.
 *
 * @returns the findings, and the appids of the accounts that can be called; undefined if the accounts
 *   could not be looked at
 */
export async function checkPlatformAndAccounts(
	platform: Pick<Platform, 'tokens' | 'call'>,
	client: Client,
	limits: {
		/** Maximum number of accounts to look at, and how many at the same time. */
		most: number;
		atOnce: number;
		/** Whether a new token may replace another one. */
		replacesTokens: boolean;
		/** How an account of a token service is called. */
		callerOf(appId: string): Caller;
	},
): Promise<{ findings: Finding[]; callable?: string[] }> {
	const { tokens, call } = platform;
	const { most, atOnce, replacesTokens, callerOf } = limits;
	const data = tokens.credentials;
	if (tokens.isService) {
		const list = async () => await tokens.listOfService();
		const links = async (appId: string) => await client.call(callerOf(appId), 'wxamplinkget', {});
		return await checkService(data, { list, links }, most, atOnce);
	}
	const isOther = keptComponentToken(data)?.isOfOtherValues === true;
	const ofPlatform = await checkPlatform(data, {
		ask: async (api, body, token) => {
			const caller = { road: tokens.road, tokens: fixedToken(token) };
			const answer = await client.call(caller, api, body);
			if (isRejected(answer)) tokens.reject(token);
			return answer;
		},
		reread: async () => {
			await tokens.kept.shared?.refresh();
			return tokens.kept.latest;
		},
		makeToken: async () =>
			isOther && !replacesTokens
				? undefined
				: await call('api_get_authorizer_list', { offset: 0, count: 1 }),
	});
	const token = ofPlatform.find(({ check }) => check === 'componentToken');
	const isReplaced = token?.status === 'attention';
	const hasToken = token?.status === 'ok' || isReplaced;
	const mayCall = replacesTokens || !(isOther || isReplaced);
	if (!hasToken || !mayCall) return { findings: ofPlatform };
	const { findings, callable } = await checkAccounts(data, call, most, atOnce);
	return { findings: [...ofPlatform, ...findings], callable };
}

/** The findings if the credential cannot even be read. */
export function findingsWithout(obstacle: Obstacle): Finding[] {
	return withTheRest([{ ...refused('credential', obstacle), status: 'failed' }], 'credential');
}

function withTheRest(found: Finding[], cause: Finding['check']): Finding[] {
	const rest = CHECKS.slice(found.length).map((check) => notChecked(check, cause));
	return [...found, ...rest];
}

/** The quotas of the three link calls, read with the token of the first account that can be called. */
async function checkLinkApiQuota(
	platform: Platform,
	client: Client,
	[appId]: string[],
): Promise<Finding> {
	const check = 'linkApiQuota';
	if (appId === undefined) {
		const detail = 'Not checked: no Official Account can be called';
		return finding(check, 'unknown', detail, HINTS.NO_CALLABLE_ACCOUNT);
	}
	const account = platform.accountOf(appId);
	const lines: string[] = [];
	let isUsedUp = false;
	for (const api of LINK_APIS) {
		const answer = await client.call(account, 'openapi/quota/get', { cgi_path: pathOf(api) });
		if (answer.errcode === DAILY_LIMIT) {
			const refusal = refused(check, answer.obstacle ?? explainReply(answer));
			return { ...refusal, status: 'attention', hint: HINTS.QUOTA_USED_UP };
		}
		if (answer.errcode !== 0) {
			return { ...refused(check, answer.obstacle ?? explainReply(answer)), status: 'unknown' };
		}
		const quota = readApiQuota(answer.payload);
		isUsedUp ||= quota.remain !== null && quota.remain <= 0;
		lines.push(describeApiQuota(api, quota));
	}
	const detail = lines.join('; ');
	return isUsedUp
		? finding(check, 'attention', detail, HINTS.QUOTA_USED_UP)
		: ok(check, detail, HINTS.QUOTA_NUMBERS);
}
