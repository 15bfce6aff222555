import { isOtherKind, KIND_NAMES, type OtherKind } from './accountKind';
import type { Authorizer } from './authorizer';
import type { WhoActs } from './errcodeTable';
import type { Obstacle } from './obstacle';
import type { Text } from './text';

/** Why an account cannot be called, as far as its info shows before its token is requested. */
export function obstacleOf(authorizer: Authorizer): Obstacle | undefined {
	const name = nameOf(authorizer);
	const { accountKind } = authorizer;
	if (isOtherKind(accountKind)) return noOfficialAccount(name, accountKind);
	const found = obstacleOfOfficialAccount(name, authorizer);
	return found && { ...found, accountKind };
}

/**
 * Why WeChat refuses the calls of an account, as far as its info shows. An authorization code that was not
 * exchanged is no reason: the next request for a token looks for it.
 */
export function refusalOf(authorizer: Authorizer): Obstacle | undefined {
	const { accountKind, accountStatus, accountStatusNumber } = authorizer;
	const obstacle = obstacleOf(authorizer);
	if (obstacle && obstacle.reason !== 'notAuthorized') return obstacle;
	if (accountStatus !== 'unknown') return undefined;
	return { ...unknownStatus(nameOf(authorizer), accountStatusNumber), accountKind };
}

function nameOf({ name, appId }: Authorizer): string {
	return name ? `${name} (${appId})` : appId;
}

/** What to do before Mini Programs can be linked with an account. */
export function nextStepFor(authorizer: Authorizer): Text {
	const { accountKind } = authorizer;
	if (isOtherKind(accountKind)) return nothingToLink(accountKind);
	return obstacleOf(authorizer)?.hint ?? READY_TO_LINK;
}

/** The hint of an account that Link can work with. */
export const READY_TO_LINK: Text = {
	en: 'Ready: Link can invite Mini Programs for this account.',
	'zh-CN': '已就绪：可以用 Link 为该账号邀请小程序。',
};

/** The hint for an account of another kind that no item tried to link. */
export function nothingToLink(kind: OtherKind): Text {
	const { en, 'zh-CN': zh } = KIND_NAMES[kind];
	return {
		en: `This account is ${en}. Only Official Accounts can be linked with Mini Programs, so there is nothing to link here.`,
		'zh-CN': `该账号是${zh}。只有公众号可以关联小程序，因此这里无需关联。`,
	};
}

/** The obstacle of an item whose account is of another kind. */
export function noOfficialAccount(name: string, accountKind: OtherKind): Obstacle {
	return {
		category: 'other',
		problem: `${name} is ${KIND_NAMES[accountKind].en}, not an Official Account`,
		hint: accountKind === 'miniProgram' ? OWN_PARAMETER : ONLY_OFFICIAL_ACCOUNTS,
		whoActs: 'operator',
		accountKind,
	};
}

const OWN_PARAMETER: Text = {
	en: 'Enter the appid of the Official Account in the parameter Official Account, and that of the Mini Program in its own parameter Mini Program.',
	'zh-CN':
		'请在参数 Official Account 中填写公众号的 appid，小程序的 appid 填在它自己的参数 Mini Program 中。',
};

const ONLY_OFFICIAL_ACCOUNTS: Text = {
	en: 'Only Official Accounts can be linked with Mini Programs. Enter the appid of an Official Account in the parameter Official Account.',
	'zh-CN': '只有公众号可以关联小程序。请在参数 Official Account 中填写公众号的 appid。',
};

function obstacleOfOfficialAccount(name: string, authorizer: Authorizer): Obstacle | undefined {
	const closed = obstacleOfStatus(name, authorizer.accountStatus);
	if (closed) return closed;
	if (!authorizer.canLink) {
		return {
			category: 'authorization',
			problem: `${name} has not granted permission set 33 (小程序关联管理)`,
			hint: {
				en: "The merchant's Official Account administrator opens the authorization link (operation Create Authorization URL) again, scans it and keeps permission set 33 (小程序关联管理) ticked. The next run then works; nothing else is needed.",
				'zh-CN':
					'请商家的公众号管理员重新打开授权链接（操作 Create Authorization URL），扫码并保持勾选权限集 33（小程序关联管理）。下次运行时即可正常调用，无需其他操作。',
			},
			whoActs: 'officialAccountAdmin',
			reason: 'noPermissionSet',
		};
	}
	if (authorizer.refreshToken === '') {
		return {
			category: 'authorization',
			problem: `WeChat returns no refresh token for ${name}: its authorization code was never exchanged`,
			hint: {
				en: "The merchant's Official Account administrator authorizes again and changes which permission sets are ticked: without a change, WeChat sends no new code. Meanwhile, keep a workflow with the WeChat Open Platform Trigger published (n8n 1.x: active), which exchanges codes at once.",
				'zh-CN':
					'请商家的公众号管理员重新授权，并在过程中改动所勾选的权限集：没有改动时微信不会推送新的授权码。期间请保持带有 WeChat Open Platform Trigger 的工作流处于发布状态（n8n 1.x：激活状态），它会立即换取授权信息。',
			},
			whoActs: 'officialAccountAdmin',
			reason: 'notAuthorized',
		};
	}
	return undefined;
}

interface Closed {
	hint: Text;
	whoActs: WhoActs;
}

const CLOSED: Readonly<Record<'cancelled' | 'banned' | 'frozen', Closed>> = {
	cancelled: {
		hint: {
			en: 'The account no longer exists at WeChat. Remove it from the list.',
			'zh-CN': '该账号在微信中已不存在。请从名单中移除。',
		},
		whoActs: 'operator',
	},
	banned: {
		hint: {
			en: "The merchant's Official Account administrator reads the notice in the WeChat Official Accounts Platform console (mp.weixin.qq.com) and appeals there.",
			'zh-CN': '请商家的公众号管理员登录微信公众平台（mp.weixin.qq.com）查看通知，并在那里申诉。',
		},
		whoActs: 'officialAccountAdmin',
	},
	frozen: {
		hint: {
			en: "The merchant's Official Account administrator unfreezes it in the WeChat Official Accounts Platform console (mp.weixin.qq.com). Then it can be called again.",
			'zh-CN': '请商家的公众号管理员在微信公众平台（mp.weixin.qq.com）解除冻结，之后即可再次调用。',
		},
		whoActs: 'officialAccountAdmin',
	},
};

/** Why a closed account cannot be called; undefined for an open one. */
function obstacleOfStatus(name: string, status: Authorizer['accountStatus']): Obstacle | undefined {
	if (!(status in CLOSED)) return undefined;
	const reason = status as keyof typeof CLOSED;
	return { category: 'notAllowed', problem: `${name} is ${reason}`, ...CLOSED[reason], reason };
}

/** The obstacle of an account that WeChat refuses and whose account_status is unknown. */
function unknownStatus(name: string, number: number | null): Obstacle {
	const status = number ?? 'unreadable';
	return {
		category: 'notAllowed',
		problem: `${name} has an unknown account_status (${status})`,
		hint: {
			en: `WeChat refuses calls for this account and does not document its account_status (${status}). Ask the merchant whether the WeChat Official Accounts Platform console (mp.weixin.qq.com) shows a notice.`,
			'zh-CN': `微信拒绝对该账号的调用，其 account_status（${status}）没有说明。请向商家询问微信公众平台（mp.weixin.qq.com）中是否有通知。`,
		},
		whoActs: 'operator',
		reason: 'other',
	};
}
