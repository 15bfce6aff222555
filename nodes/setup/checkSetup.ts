import { checkAccounts } from './accountChecks';
import { causeOf, CHECKS, finding, notChecked, ok, refused, type Finding } from './finding';
import * as HINTS from './checkHints';
import { checkPlatform } from './platformChecks';
import { checkService, type AskingService } from './serviceChecks';
import type { Platform } from '../accounts/platform';
import { fixedToken } from '../calls/caller';
import { isRejected, type Client } from '../calls/client';
import { describeApiQuota, LINK_APIS, readApiQuota } from '../wechat/diagnosis';
import { pathOf } from '../wechat/apis';
import { explainReply, type Obstacle } from '../wechat/obstacle';

/** WeChat's answer where the calls of the day are used up. */
const DAILY_LIMIT = 45009;

/**
 * Everything that can be told about a platform's setup, check by check.
 *
 * @param atOnce accounts that are looked at, at the same time
 */
export async function checkSetupOf(
	platform: Platform,
	client: Client,
	atOnce: number,
): Promise<Finding[]> {
	const { tokens } = platform;
	const data = tokens.credentials;
	if (tokens.isService) {
		const asking: AskingService = {
			list: async () => await tokens.listOfService(),
			links: async (appId) => await client.call(platform.accountOf(appId), 'wxamplinkget', {}),
		};
		const found = await checkService(data, asking, Infinity, atOnce);
		return [...found.findings, await checkLinkApiQuota(platform, client, found.callable)];
	}
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
		makeToken: async () => await platform.call('api_get_authorizer_list', { offset: 0, count: 1 }),
	});
	const hasToken = ofPlatform.some(
		({ check, status }) =>
			check === 'componentToken' && (status === 'ok' || status === 'attention'),
	);
	if (!hasToken) {
		return withTheRest(ofPlatform, causeOf(ofPlatform)?.check ?? 'componentToken');
	}
	const { findings, callable } = await checkAccounts(data, platform.call, Infinity, atOnce);
	const quota = await checkLinkApiQuota(platform, client, callable);
	return [...ofPlatform, ...findings, quota];
}

/** What is left to tell where the credential cannot even be read. */
export function findingsWithout(obstacle: Obstacle): Finding[] {
	return withTheRest([{ ...refused('credential', obstacle), status: 'failed' }], 'credential');
}

function withTheRest(found: Finding[], cause: Finding['check']): Finding[] {
	const rest = CHECKS.slice(found.length).map((check) => notChecked(check, cause));
	return [...found, ...rest];
}

/** The numbers of the three link calls, read with the token of the first account that has one. */
async function checkLinkApiQuota(
	platform: Platform,
	client: Client,
	[appId]: string[],
): Promise<Finding> {
	const check = 'linkApiQuota';
	if (appId === undefined) {
		const detail = 'Not checked: there is no Official Account that may be called';
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
