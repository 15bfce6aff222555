import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { limitConcurrency } from '../calls/waiting';
import { tokenServiceRequest } from '../tokens/tokenService';
import type { ServiceAccount } from '../tokens/tokenServiceAnswers';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import { givenText } from '../wechat/values';
import { BY_ACCOUNT, checkPermissionSet } from './accountChecks';
import { nameWithId } from '../accounts/authorizerList';
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
import { judgeWhitelist, withFallback, WRONG_IP } from './platformChecks';
import { checkEncodingAesKey, checkTriggerBody } from './pushChecks';

/** WeChat's answers about one account, and not about the token service. */
const LACKS_SET = 61007;
const CLOSED: ReadonlyMap<number | null, string> = new Map([
	[50002, 'frozen or cancelled'],
	[61003, 'withdrawn'],
]);

/** What the server behind the token service takes care of. */
const OF_THE_SERVER: ReadonlyArray<[Check, string]> = [
	['ticket', 'Not needed: the server behind the token service keeps the ticket'],
	['componentToken', 'Not needed: the server behind the token service makes and keeps the token'],
];

/** The checks that need the list. */
const OF_THE_LIST: readonly Check[] = ['ipWhitelist', 'authorizedAccounts', ...BY_ACCOUNT];

type Look = Pick<ServiceAccount, 'appId' | 'name'> & { reply: Reply & { obstacle?: Obstacle } };

/**
 * Checks the setup of a platform with a token service: whether the service answers and, if it lists accounts,
 * whether WeChat accepts its token for each of them.
 *
 * @param most maximum number of accounts to look at
 * @param atOnce how many of them at the same time
 */
export async function checkService(
	data: ICredentialDataDecryptedObject,
	asking: {
		/** The accounts that the token service lists. */
		list(): Promise<ServiceAccount[] | Obstacle>;
		/** Reads an account's links with the token that the service returns for it. */
		links(appId: string): Promise<Reply & { obstacle?: Obstacle }>;
	},
	most: number,
	atOnce: number,
): Promise<{ findings: Finding[]; callable: string[] }> {
	const pushes = [
		isWithoutPushes(data) ? NO_PUSHES : checkEncodingAesKey(data),
		checkTriggerBody(data),
	];
	const ofTheServer = OF_THE_SERVER.map(([check, detail]) => ok(check, detail));
	const needed = [readBaseUrl(data.apiBaseUrl), tokenServiceRequest(data, '')].find(isObstacle);
	const listed = needed ?? (await asking.list());
	const isUnusable =
		needed !== undefined || (isObstacle(listed) && listed.category === 'retryLater');
	if (isObstacle(listed) && isUnusable) {
		const credential: Finding = { ...refused('credential', listed), status: 'failed' };
		const rest = OF_THE_LIST.map((check) => notChecked(check, 'credential'));
		return { findings: [credential, ...pushes, ...ofTheServer, ...rest], callable: [] };
	}
	const reached = withFallback(ok('credential', 'The token service answers'), data);
	const before = [reached, ...pushes, ...ofTheServer];
	if (isObstacle(listed)) {
		const { problem, hint } = listed;
		const rest = OF_THE_LIST.map((check) => finding(check, 'unknown', problem, hint));
		return { findings: [...before, ...rest], callable: [] };
	}
	const limit = limitConcurrency(atOnce);
	const looks = await Promise.all(
		listed
			.slice(0, most)
			.map(async ({ appId, name }) => ({ appId, name, reply: await limit(asking.links, appId) })),
	);
	const callable = looks.filter(({ reply }) => reply.errcode === 0).map(({ appId }) => appId);
	return { findings: [...before, ...judge(looks)], callable };
}

/** The keys are for the trigger: if a server receives the pushes, the credential does not need them. */
function isWithoutPushes({
	messageToken,
	encodingAesKey,
}: ICredentialDataDecryptedObject): boolean {
	return [messageToken, encodingAesKey].every((key) => givenText(key) === '');
}

const NO_PUSHES = ok('encodingAesKey', 'Not needed: n8n receives no pushes with this credential');

function judge(looks: Look[]): Finding[] {
	const wrongIp = looks.find(({ reply }) => WRONG_IP.includes(reply.errcode));
	const answered = looks.find(({ reply }) => reply.errcode === 0) ?? looks[0];
	const whitelist =
		looks.length === 0
			? notChecked('ipWhitelist', 'authorizedAccounts')
			: judgeWhitelist((wrongIp ?? answered).reply);
	return [
		whitelist,
		countAccounts(looks),
		checkPermissionSet(namesOf(looks, LACKS_SET), looks.length),
		ok('unexchangedCodes', 'Not needed: the server behind the token service exchanges them'),
		checkClosed(looks),
	];
}

function countAccounts(looks: Look[]): Finding {
	const check = 'authorizedAccounts';
	if (looks.length === 0) {
		return finding(check, 'attention', 'The token service lists no accounts', HINTS.EMPTY_LIST);
	}
	const detail = `The token service returned tokens for ${plural(looks.length, 'account', 'accounts')}`;
	const isOther = ({ errcode }: Reply) =>
		errcode !== 0 && errcode !== LACKS_SET && !CLOSED.has(errcode) && !WRONG_IP.includes(errcode);
	const unread = looks.filter(({ reply }) => isOther(reply));
	if (unread.length === 0) return ok(check, detail);
	const [{ reply }] = unread;
	const { detail: answer, hint } = refused(check, reply.obstacle ?? explainReply(reply));
	const what = `${unread.length} of ${plural(looks.length, 'account', 'accounts')} could not be called`;
	return finding(check, 'attention', `${what} (${named(unread.map(nameWithId))}): ${answer}`, hint);
}

function checkClosed(looks: Look[]): Finding {
	const check = 'closedAccounts';
	const parts = [...CLOSED].flatMap(([errcode, state]) => {
		const names = namesOf(looks, errcode);
		return names.length > 0 ? [`${names.length} ${state}: ${named(names)}`] : [];
	});
	return parts.length === 0
		? ok(check, 'No account is cancelled, frozen or withdrawn')
		: finding(check, 'attention', parts.join('; '), HINTS.CLOSED);
}

function namesOf(looks: Look[], errcode: number | null): string[] {
	return looks.filter(({ reply }) => reply.errcode === errcode).map(nameWithId);
}
