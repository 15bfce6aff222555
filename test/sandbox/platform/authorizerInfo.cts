import type { Account } from './accounts.cts';
import type { JsonObject } from '../protocol/answer.cts';
import type { PlatformSettings } from './platformSettings.cts';
import type { AuthorizerKind } from './platformTypes.cts';
import type { AccountStatus } from '../types.cts';

/** func_info: ids of the granted permission sets (documented); confirm_info is known from SDKs. */
export function funcInfo(account: Account, settings: PlatformSettings): JsonObject[] {
	const confirmInfo = { need_confirm: 0, already_confirm: 0, can_confirm: 0 };
	return [...account.permissionSets].map((id) => ({
		funcscope_category: { id },
		...(settings.confirmInfo ? { confirm_info: confirmInfo } : {}),
	}));
}

/** Empty until the authorization code has been exchanged (reported). */
export function shownRefreshToken({ authorization }: Account): string {
	return authorization.exchanged ? authorization.refreshToken : '';
}

/** The documented way to recognize a Mini Program: only its info has this. The values are assumed. */
const MiniProgramInfo: JsonObject = {
	network: {
		RequestDomain: ['https://example.com'],
		WsRequestDomain: ['wss://example.com'],
		UploadDomain: ['https://example.com'],
		DownloadDomain: ['https://example.com'],
		UDPDomain: [],
		TCPDomain: [],
		BizDomain: [],
	},
	categories: [{ first: '餐饮', second: '点餐平台' }],
	visit_status: 0,
};

/** The field that only one kind of account has in its info (documented; the ids are assumed). */
const infoOfKind: Record<AuthorizerKind, JsonObject> = {
	officialAccount: {},
	miniProgram: { MiniProgramInfo },
	shop: { store_info: { id: 'store-1' } },
	channels: { channels_info: { id: 'channels-1' } },
	talent: { talent_info: { id: 'talent-1' } },
	supplier: { supplier_info: { id: 'supplier-1' } },
};

const NORMAL = 1;

/** account_status of closed accounts (documented). */
const CLOSED: Partial<Record<AccountStatus, number>> = { cancelled: 14, banned: 16, frozen: 19 };

/** account_status: as given when the account was added, otherwise by its status. */
function accountStatusOf({ accountStatus, status }: Account): number {
	return accountStatus ?? CLOSED[status] ?? NORMAL;
}

/** Whether WeChat refuses calls for the account although its authorization was not withdrawn. */
export function isClosed({ status }: Account): boolean {
	return status in CLOSED;
}

/** authorizer_info with every documented field of the kind of account. */
export function authorizerInfo(account: Account): JsonObject {
	return {
		nick_name: account.name,
		head_img: `https://example.com/headimg/${account.appId}.png`,
		service_type_info: { id: account.serviceType },
		verify_type_info: { id: account.verifyType },
		user_name: account.username,
		alias: account.alias,
		qrcode_url: `https://example.com/qrcode/${account.appId}.jpg`,
		business_info: { open_pay: 0, open_shake: 0, open_scan: 0, open_card: 0, open_store: 0 },
		idc: 1,
		principal_name: account.company,
		signature: account.signature,
		...infoOfKind[account.kind],
		register_type: 0,
		account_status: accountStatusOf(account),
		basic_config: { is_phone_configured: true, is_email_configured: true },
	};
}
