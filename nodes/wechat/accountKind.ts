import type { Text } from './text';

/** What kind of account authorized the platform. Only an Official Account has links to Mini Programs. */
export type AccountKind = 'officialAccount' | OtherKind;

export type OtherKind = 'miniProgram' | 'shop' | 'channels' | 'other';

/**
 * The field of authorizer_info that only one kind has: Mini Programs, shops, Channels accounts, promoters and
 * suppliers (doc/oplatform/openApi/authorization-management/api_getauthorizerinfo).
 */
const MARKS: Readonly<Record<string, OtherKind>> = {
	MiniProgramInfo: 'miniProgram',
	store_info: 'shop',
	channels_info: 'channels',
	talent_info: 'other',
	supplier_info: 'other',
};

/** Reads the kind from authorizer_info. Without such a field it is an Official Account. */
export function readAccountKind(info: Readonly<Record<string, unknown>>): AccountKind {
	const isThere = (field: string) => info[field] !== undefined && info[field] !== null;
	const mark = Object.keys(MARKS).find(isThere);
	return mark === undefined ? 'officialAccount' : MARKS[mark];
}

/** The name of each other kind, for use after "is". */
export const KIND_NAMES: Readonly<Record<OtherKind, Text>> = {
	miniProgram: { en: 'a Mini Program', 'zh-CN': '小程序' },
	shop: { en: 'a shop', 'zh-CN': '微信小店' },
	channels: { en: 'a Channels account', 'zh-CN': '视频号' },
	other: { en: 'an account of another kind', 'zh-CN': '其他类型的账号' },
};

/** Whether a kind is known and cannot have links. */
export function isOtherKind(kind: AccountKind | null | undefined): kind is OtherKind {
	return kind !== undefined && kind !== null && kind !== 'officialAccount';
}
