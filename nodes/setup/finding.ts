import type { Obstacle } from '../wechat/obstacle';
import { redactText } from '../wechat/redaction';
import { NO_TEXT, type Text } from '../wechat/text';

/** The checks of a platform's setup, in the order in which an operator fixes what they find. */
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

/** The names of the checks, for people. */
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

/** What a check found, without any secret. */
export interface Finding {
	check: Check;
	/**
	 * - `ok`: nothing to do
	 * - `attention`: it works, and somebody should do something about it
	 * - `failed`: nothing works until somebody fixes it
	 * - `unknown`: could not be checked, mostly because an earlier check has to be fixed first
	 */
	status: 'ok' | 'attention' | 'failed' | 'unknown';
	/** What the check found, in English and without a full stop. */
	detail: string;
	/** What to do about it, and in which console; empty if there is nothing to do. */
	hint: Text;
	/** Whether only WeChat's next push can tell. */
	waitsForPush?: boolean;
}

export function finding(check: Check, status: Finding['status'], detail: string, hint: Text) {
	return { check, status, detail, hint };
}

export function ok(check: Check, detail: string, hint: Text = NO_TEXT): Finding {
	return finding(check, 'ok', detail, hint);
}

/** For a check that has to wait until an earlier one is fixed. */
export function notChecked(check: Check, earlier: Check): Finding {
	const { en, 'zh-CN': zh } = CHECK_NAMES[earlier];
	return finding(check, 'unknown', `Not checked: fix '${en}' first`, {
		en: `Follow the hint of the check "${en}", then run Check Setup again.`,
		'zh-CN': `请先按照检查项“${zh}”的提示处理，然后重新运行 Check Setup。`,
	});
}

/** The finding if WeChat refused a call: `unknown` if time alone helps. */
export function refused(check: Check, obstacle: Obstacle): Finding {
	const { category, hint, errcode, rid } = obstacle;
	// It may contain WeChat's own text.
	const problem = redactText(obstacle.problem);
	const answer = typeof errcode === 'number' ? `WeChat answered ${errcode}: ${problem}` : problem;
	const detail = rid ? `${answer} (rid: ${rid})` : answer;
	return finding(check, category === 'retryLater' ? 'unknown' : 'failed', detail, hint);
}

/** The order in which to fix what failed: WeChat checks the first two before anything else. */
const FIXED_FIRST: readonly Check[] = ['credential', 'ipWhitelist', 'ticket', 'componentToken'];

/** The failed check to fix first. */
export function causeOf(findings: readonly Finding[]): Finding | undefined {
	const failed = findings.filter(({ status }) => status === 'failed');
	const first = FIXED_FIRST.find((name) => failed.some(({ check }) => check === name));
	return failed.find(({ check }) => check === first);
}

/** Maximum number of accounts that a finding names; it only counts the others. */
const NAMED = 10;

/** Some of many names, as a finding lists them. */
export function named(names: readonly string[]): string {
	const more = names.length - NAMED;
	return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

export function plural(count: number, one: string, many: string): string {
	return `${count} ${count === 1 ? one : many}`;
}
