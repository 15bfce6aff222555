import { isOtherKind, readAccountKind, type AccountKind, type OtherKind } from './accountKind';
import { isRecord, objectOf, textOf, wholeNumberOf } from './values';

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
	/** The same, but it distinguishes two kinds of Official Accounts. */
	kind: 'subscriptionAccount' | 'serviceAccount' | OtherKind;
	isVerified: boolean | null;
	accountStatus: 'normal' | 'cancelled' | 'banned' | 'warned' | 'frozen' | 'unknown';
	/** WeChat's own number for it, if any. */
	accountStatusNumber: number | null;
	permissionSets: number[];
	/** Whether it is an Official Account that granted permission set 33. */
	canLink: boolean;
	/** A secret; empty if the authorization code was never exchanged. */
	refreshToken: string;
	/** Whether the answer contained account and authorization; otherwise missing fields mean nothing. */
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
		username: textOf(info.user_name) || null,
		name: textOf(info.nick_name) || null,
		company: textOf(info.principal_name) || null,
		accountKind,
		kind: isOtherKind(accountKind) ? accountKind : readServiceType(info),
		isVerified: verified === undefined ? null : verified >= 0,
		accountStatus: readAccountStatus(info.account_status),
		accountStatusNumber: wholeNumberOf(info.account_status) ?? null,
		permissionSets,
		canLink: !isOtherKind(accountKind) && permissionSets.includes(LINK_PERMISSION_SET),
		refreshToken: textOf(authorization.authorizer_refresh_token),
		isWhole: isRecord(payload.authorizer_info) && Array.isArray(authorization.func_info),
	};
}

/** The ids of func_info, which api_query_auth returns, too. */
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

/** account_status (doc/oplatform/openApi/authorization-management/api_getauthorizerinfo). */
const STATUS: Readonly<Record<number, Authorizer['accountStatus']>> = {
	1: 'normal',
	14: 'cancelled',
	16: 'banned',
	18: 'warned',
	19: 'frozen',
};

/** Reads account_status; an account without one is normal. */
function readAccountStatus(value: unknown): Authorizer['accountStatus'] {
	return STATUS[wholeNumberOf(value ?? 1) ?? NaN] ?? 'unknown';
}
