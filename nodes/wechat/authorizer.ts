import {
	isOtherKind,
	KIND_NAMES,
	readAccountKind,
	type AccountKind,
	type OtherKind,
} from './accountKind';
import {
	obstacleOfStatus,
	readAccountStatus,
	unknownStatus,
	type AccountStatus,
} from './accountStatus';
import type { Obstacle } from './obstacle';
import type { Text } from './text';
import { isRecord, objectOf, wholeNumberOf } from './values';

/** Permission set 小程序关联管理, without which WeChat refuses the link calls with 61007. */
export const LINK_PERMISSION_SET = 33;

/** What the platform knows about an account that authorized it (api_get_authorizer_info). */
export interface Authorizer {
	appId: string;
	/** gh_… */
	username: string | null;
	name: string | null;
	company: string | null;
	accountKind: AccountKind;
	/** The same, with the two kinds of Official Accounts told apart. */
	kind: 'subscriptionAccount' | 'serviceAccount' | OtherKind;
	isVerified: boolean | null;
	accountStatus: AccountStatus;
	/** WeChat's own number for it; null where that is none. */
	accountStatusNumber: number | null;
	permissionSets: number[];
	/** Whether it is an Official Account that granted permission set 33. */
	canLink: boolean;
	/** A secret; empty when the authorization code was never exchanged. */
	refreshToken: string;
	/** Whether the answer held account and authorization; without them nothing follows from a lack. */
	isWhole: boolean;
}

type Fields = Record<string, unknown>;

/**
 * Reads the answer of api_get_authorizer_info
 * (doc/oplatform/openApi/authorization-management/api_getauthorizerinfo).
 */
export function readAuthorizer(appId: string, payload: Fields): Authorizer {
	const info = objectOf(payload.authorizer_info);
	const authorization = objectOf(payload.authorization_info);
	const accountKind = readAccountKind(info);
	const permissionSets = readPermissionSets(authorization.func_info);
	const verified = wholeNumberOf(objectOf(info.verify_type_info).id);
	return {
		appId,
		username: textOf(info.user_name),
		name: textOf(info.nick_name),
		company: textOf(info.principal_name),
		accountKind,
		kind: isOtherKind(accountKind) ? accountKind : readServiceType(info),
		isVerified: verified === undefined ? null : verified >= 0,
		accountStatus: readAccountStatus(info.account_status),
		accountStatusNumber: wholeNumberOf(info.account_status) ?? null,
		permissionSets,
		canLink: !isOtherKind(accountKind) && permissionSets.includes(LINK_PERMISSION_SET),
		refreshToken: textOf(authorization.authorizer_refresh_token) ?? '',
		isWhole: isRecord(payload.authorizer_info) && Array.isArray(authorization.func_info),
	};
}

/** What keeps an account from being called, before its token is asked for. */
export function obstacleOf(authorizer: Authorizer): Obstacle | undefined {
	const name = nameOf(authorizer);
	const { accountKind } = authorizer;
	if (isOtherKind(accountKind)) return noOfficialAccount(name, accountKind);
	const found = obstacleOfOfficialAccount(name, authorizer);
	return found && { ...found, accountKind };
}

/**
 * Why WeChat refuses the calls of an account, as far as its info tells. A code that was not exchanged is
 * no reason: whoever makes the next token looks for it.
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

/** What is to be done about an account before Mini Programs can be linked with it. */
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

/** The hint of an account of another kind, for which nothing was asked. */
export function nothingToLink(kind: OtherKind): Text {
	const { en, 'zh-CN': zh } = KIND_NAMES[kind];
	return {
		en: `This account is ${en}. Only Official Accounts can be linked with Mini Programs, so you have nothing to link here.`,
		'zh-CN': `该账号是${zh}。只有公众号可以关联小程序，因此这里无需关联。`,
	};
}

/** What an item meets that is about an account of another kind. */
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
	en: 'Give the parameter Official Account the appid of the Official Account, and the Mini Program its own parameter.',
	'zh-CN':
		'请在参数 Official Account 中填写公众号的 appid，小程序的 appid 填在它自己的参数 Mini Program 中。',
};

const ONLY_OFFICIAL_ACCOUNTS: Text = {
	en: 'Only Official Accounts can be linked with Mini Programs. Give the parameter Official Account the appid of an Official Account.',
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
				en: "The merchant's Official Account administrator opens the authorization link (operation Create Authorization URL) again, scans it and keeps permission set 33, 小程序关联管理, ticked. The next run then links, nothing else is needed.",
				'zh-CN':
					'请商家的公众号管理员重新打开授权链接（操作 Create Authorization URL），扫码并保持勾选权限集 33（小程序关联管理）。下次运行时就会关联，无需其他操作。',
			},
			whoActs: 'officialAccountAdmin',
			reason: 'noPermissionSet',
		};
	}
	if (authorizer.refreshToken === '') {
		return {
			category: 'authorization',
			problem: `WeChat gives no refresh token for ${name}: its authorization code was never exchanged`,
			hint: {
				en: "The merchant's Official Account administrator authorizes again and changes a ticked permission set on the way: without a change WeChat sends no new code. Keep a workflow with the WeChat Open Platform Trigger published (n8n 1.x: active) meanwhile, which exchanges codes at once.",
				'zh-CN':
					'请商家的公众号管理员重新授权，并在过程中改动所勾选的权限集：没有改动时微信不会推送新的授权码。期间请保持带有 WeChat Open Platform Trigger 的工作流处于发布状态（n8n 1.x：激活状态），它会立即换取授权信息。',
			},
			whoActs: 'officialAccountAdmin',
			reason: 'notAuthorized',
		};
	}
	return undefined;
}

/** The ids of func_info, which api_query_auth gives as well. */
export function readPermissionSets(value: unknown): number[] {
	const entries = Array.isArray(value) ? (value as unknown[]) : [];
	return entries
		.map((entry) => wholeNumberOf(objectOf(objectOf(entry).funcscope_category).id))
		.filter((id) => id !== undefined);
}

/** 2 is a service account; 0 and 1 are subscription accounts. */
function readServiceType(info: Fields): Authorizer['kind'] {
	const { id } = objectOf(info.service_type_info);
	if (id === undefined) return 'other';
	return Number(id) === 2 ? 'serviceAccount' : 'subscriptionAccount';
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}
