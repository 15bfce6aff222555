import type { Obstacle } from '../wechat/obstacle';
import { redactText } from '../wechat/redaction';
import { NO_TEXT, type Text } from '../wechat/text';

/** The checks of a platform's setup, in the order in which an operator mends what they find. */
export const CHECKS = [
	'credential',
	'encodingAesKey',
	'triggerBody',
	'ticket',
	'componentToken',
	'ipWhitelist',
	'authorizedAccounts',
	'permissionSet33',
	'unexchangedCodes',
	'closedAccounts',
	'linkApiQuota',
] as const;

export type Check = (typeof CHECKS)[number];

/** What people call the checks. */
export const CHECK_NAMES: Readonly<Record<Check, Text>> = {
	credential: { en: 'Credential', 'zh-CN': '凭证' },
	encodingAesKey: { en: 'Encoding AES Key', 'zh-CN': '消息加解密Key' },
	triggerBody: { en: 'Reading of pushes', 'zh-CN': '推送的读取' },
	ticket: { en: 'Ticket', 'zh-CN': '票据' },
	componentToken: { en: 'Platform token', 'zh-CN': '平台令牌' },
	ipWhitelist: { en: 'IP whitelist', 'zh-CN': '白名单IP地址列表' },
	authorizedAccounts: { en: 'Authorized accounts', 'zh-CN': '已授权的账号' },
	permissionSet33: { en: 'Permission set 33', 'zh-CN': '权限集 33' },
	unexchangedCodes: { en: 'Authorization codes', 'zh-CN': '授权码' },
	closedAccounts: { en: 'Account status', 'zh-CN': '账号状态' },
	linkApiQuota: { en: 'Link API quota', 'zh-CN': '关联接口的调用额度' },
};

/**
 * - `ok`: nothing to do
 * - `attention`: it works, and somebody should do something about it
 * - `failed`: nothing works before it is mended
 * - `unknown`: could not be looked at, mostly because an earlier check has to be mended first
 */
export type Status = 'ok' | 'attention' | 'failed' | 'unknown';

/** What a check found, without any secret. */
export interface Finding {
	check: Check;
	status: Status;
	/** What is there, in English and without a full stop. */
	detail: string;
	/** What to do about it, and in which console; empty where nothing is to be done. */
	hint: Text;
	/** Whether the next push of WeChat tells, and until then nothing does. */
	waitsForPush?: boolean;
}

export function finding(check: Check, status: Status, detail: string, hint: Finding['hint']) {
	return { check, status, detail, hint };
}

export function ok(check: Check, detail: string, hint: Finding['hint'] = NO_TEXT): Finding {
	return finding(check, 'ok', detail, hint);
}

/** For what cannot be looked at before an earlier check is mended. */
export function notChecked(check: Check, earlier: Check): Finding {
	const { en, 'zh-CN': zh } = CHECK_NAMES[earlier];
	return finding(check, 'unknown', `Not checked: ${en} comes first`, {
		en: `Do what the check "${en}" says, then run Check Setup again.`,
		'zh-CN': `请先按照检查项“${zh}”的提示处理，然后重新运行 Check Setup。`,
	});
}

/** What WeChat's refusal of a call means for a check; what time alone mends says nothing about it. */
export function refused(check: Check, obstacle: Obstacle): Finding {
	const { category, hint, errcode, rid } = obstacle;
	// WeChat's own text may stand in it.
	const problem = redactText(obstacle.problem);
	const answer = typeof errcode === 'number' ? `WeChat answered ${errcode}: ${problem}` : problem;
	const detail = rid ? `${answer} (rid: ${rid})` : answer;
	return finding(check, category === 'retryLater' ? 'unknown' : 'failed', detail, hint);
}

/** The order in which what failed has to be mended: WeChat looks at nothing else before the first two. */
const MENDED_FIRST: readonly Check[] = ['credential', 'ipWhitelist', 'ticket', 'componentToken'];

/** What keeps everything from working, if anything does. */
export function causeOf(findings: readonly Finding[]): Finding | undefined {
	const failed = findings.filter(({ status }) => status === 'failed');
	const first = MENDED_FIRST.find((name) => failed.some(({ check }) => check === name));
	return failed.find(({ check }) => check === first);
}

/** Accounts that a finding names; the others are counted. */
const NAMED = 10;

/** Some of many as a finding names them. */
export function named(names: readonly string[]): string {
	const more = names.length - NAMED;
	return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

export function plural(count: number, one: string, many: string): string {
	return `${count} ${count === 1 ? one : many}`;
}
