import type { Obstacle } from './obstacle';
import { wholeNumberOf } from './values';

/** Permission set 小程序关联管理, without which WeChat refuses the link calls with 61007. */
export const LINK_PERMISSION_SET = 33;

/** What the platform knows about an account that authorised it (api_get_authorizer_info). */
export interface Authorizer {
	appId: string;
	/** gh_… */
	username: string | null;
	name: string | null;
	company: string | null;
	kind: 'subscriptionAccount' | 'serviceAccount' | 'miniProgram' | 'other';
	isVerified: boolean | null;
	accountStatus: 'normal' | 'cancelled' | 'banned' | 'warned' | 'frozen' | 'unknown';
	permissionSets: number[];
	canLink: boolean;
	/** A secret; empty when the authorization code was never exchanged. */
	refreshToken: string;
}

const ACCOUNT_STATUS: Record<number, Authorizer['accountStatus']> = {
	1: 'normal',
	14: 'cancelled',
	16: 'banned',
	18: 'warned',
	19: 'frozen',
};

type Fields = Record<string, unknown>;

/**
 * Reads the answer of api_get_authorizer_info
 * (doc/oplatform/openApi/authorization-management/api_getauthorizerinfo).
 */
export function readAuthorizer(appId: string, payload: Fields): Authorizer {
	const info = objectOf(payload.authorizer_info);
	const authorization = objectOf(payload.authorization_info);
	const permissionSets = readPermissionSets(authorization.func_info);
	const verified = wholeNumberOf(objectOf(info.verify_type_info).id);
	return {
		appId,
		username: textOf(info.user_name),
		name: textOf(info.nick_name),
		company: textOf(info.principal_name),
		kind: readKind(info),
		isVerified: verified === undefined ? null : verified >= 0,
		accountStatus: ACCOUNT_STATUS[wholeNumberOf(info.account_status ?? 1) ?? NaN] ?? 'unknown',
		permissionSets,
		canLink: permissionSets.includes(LINK_PERMISSION_SET),
		refreshToken: textOf(authorization.authorizer_refresh_token) ?? '',
	};
}

/** What keeps an account from being called, before its token is asked for. */
export function obstacleOf(authorizer: Authorizer): Obstacle | undefined {
	const name = authorizer.name ? `${authorizer.name} (${authorizer.appId})` : authorizer.appId;
	if (authorizer.kind === 'miniProgram') {
		return {
			category: 'invalidRequest',
			problem: `${name} is a Mini Program, not an Official Account`,
			hint: 'Give the parameter Official Account the appid of the Official Account, and the Mini Program its own parameter.',
		};
	}
	const closed = CLOSED[authorizer.accountStatus];
	if (closed)
		return { category: 'forbidden', problem: `${name} is ${closed.state}`, hint: closed.hint };
	if (!authorizer.canLink) {
		return {
			category: 'authorization',
			problem: `${name} has not granted permission set 33 (小程序关联管理)`,
			hint: "The merchant's Official Account administrator opens the authorization link (operation Create Authorization URL) again, scans it and keeps permission set 33, 小程序关联管理, ticked. The next run then links, nothing else is needed.",
		};
	}
	if (authorizer.refreshToken === '') {
		return {
			category: 'authorization',
			problem: `WeChat gives no refresh token for ${name}: its authorization code was never exchanged`,
			hint: 'Keep a workflow with the WeChat Open Platform Trigger active, which exchanges codes at once. Then the merchant authorizes again and changes a ticked permission set on the way: without a change WeChat sends no new code.',
		};
	}
	return undefined;
}

const CLOSED: Partial<Record<Authorizer['accountStatus'], { state: string; hint: string }>> = {
	cancelled: {
		state: 'cancelled',
		hint: 'The account no longer exists at WeChat. Take it out of the list.',
	},
	banned: {
		state: 'banned',
		hint: "The merchant's Official Account administrator reads the notice in the WeChat Official Accounts Platform console (mp.weixin.qq.com) and appeals there.",
	},
	frozen: {
		state: 'frozen',
		hint: "The merchant's Official Account administrator unfreezes it in the WeChat Official Accounts Platform console (mp.weixin.qq.com); then send the item again.",
	},
};

/** The ids of func_info, which api_query_auth gives as well. */
export function readPermissionSets(value: unknown): number[] {
	const entries = Array.isArray(value) ? (value as unknown[]) : [];
	return entries
		.map((entry) => wholeNumberOf(objectOf(objectOf(entry).funcscope_category).id))
		.filter((id) => id !== undefined);
}

/** Only Mini Programs have MiniProgramInfo; that is how the page tells them apart. */
function readKind(info: Fields): Authorizer['kind'] {
	if (info.MiniProgramInfo !== undefined) return 'miniProgram';
	const serviceType = objectOf(info.service_type_info).id;
	if (serviceType === undefined) return 'other';
	return Number(serviceType) === 2 ? 'serviceAccount' : 'subscriptionAccount';
}

function objectOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}
