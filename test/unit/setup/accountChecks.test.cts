import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { checkAccounts } from '../../../nodes/setup/accountChecks';
import * as HINTS from '../../../nodes/setup/checkHints';
import type { AskPlatform } from '../../../nodes/tokens/authorizerInfo';
import { missingCode, toKeptCode } from '../../../nodes/tokens/keptCodes';
import { readReply } from '../../../nodes/wechat/reply';

const NOTHING_TO_DO = { en: '', 'zh-CN': '' };

/** What WeChat shows of an account: normal, verified, with the permission set and a refresh token. */
interface Shown {
	status?: number;
	sets?: number[];
	name?: string;
	refreshToken?: string;
	isMiniProgram?: boolean;
	errcode?: number;
}

/** A platform with these accounts, from `wx…0` on. */
function platformWith(
	accounts: Shown[],
	listCode = 0,
	isFromLast = false,
): { call: AskPlatform; ids: string[] } {
	const ids = accounts.map((_, n) => `wx${n.toString(16).padStart(16, '0')}`);
	const answerOf = (api: string, body: Record<string, unknown> = {}) => {
		if (api === 'api_get_authorizer_list') {
			if (listCode !== 0) return { errcode: listCode, errmsg: 'not now' };
			return {
				total_count: ids.length,
				list: (isFromLast ? [...ids].reverse() : ids).map((authorizer_appid) => ({
					authorizer_appid,
				})),
			};
		}
		const {
			status = 1,
			sets = [33],
			name = 'Tea',
			refreshToken = 'R',
			isMiniProgram = false,
			errcode = 0,
		} = accounts[ids.indexOf(String(body.authorizer_appid))];
		if (errcode !== 0) return { errcode, errmsg: 'refused' };
		return {
			authorizer_info: {
				nick_name: name,
				account_status: status,
				service_type_info: { id: 2 },
				verify_type_info: { id: 0 },
				...(isMiniProgram && { MiniProgramInfo: {} }),
			},
			authorization_info: {
				authorizer_refresh_token: refreshToken,
				func_info: sets.map((id) => ({ funcscope_category: { id } })),
			},
		};
	};
	const call: AskPlatform = async (api, body) => ({
		...readReply(200, JSON.stringify(answerOf(api, body))),
		attempts: 1,
		mayHaveArrived: false,
	});
	return { call, ids };
}

async function check(
	accounts: Shown[],
	{
		listCode = 0,
		data = {},
		isFromLast = false,
	}: { listCode?: number; data?: ICredentialDataDecryptedObject; isFromLast?: boolean } = {},
) {
	const { call } = platformWith(accounts, listCode, isFromLast);
	const { findings, callable } = await checkAccounts(data, call, Infinity, 2);
	expect(findings.map((one) => one.check)).toEqual([
		'authorizedAccounts',
		'permissionSet33',
		'unexchangedCodes',
		'closedAccounts',
	]);
	const [list, set33, codes, closed] = findings;
	return { list, set33, codes, closed, callable };
}

const ID = (n: number) => `wx${n.toString(16).padStart(16, '0')}`;
const NAMED = (n: number) => `Tea (${ID(n)})`;

describe('Accounts', () => {
	it('Accounts that can all be called are ok', async () => {
		const { list, set33, codes, closed, callable } = await check([{}, {}]);
		expect([list, set33, codes, closed].map(({ status, hint }) => [status, hint])).toEqual(
			Array.from({ length: 4 }, () => ['ok', NOTHING_TO_DO]),
		);
		expect([list.detail, set33.detail, codes.detail, closed.detail]).toEqual([
			'2 accounts have authorized the platform',
			'All 2 Official Accounts have granted permission set 33',
			'All authorization codes were exchanged',
			'No account is cancelled, banned, frozen, warned or withdrawn',
		]);
		expect(callable).toEqual([ID(0), ID(1)]);
	});

	it('A single account that can be called is ok', async () => {
		const { list, set33 } = await check([{}]);
		expect(list.detail).toBe('1 account has authorized the platform');
		expect(set33.detail).toBe('The only Official Account has granted permission set 33');
	});

	it('If WeChat refuses the list of accounts, no account is looked at', async () => {
		const { list, set33, codes, closed, callable } = await check([{}], { listCode: 61004 });
		expect(list).toMatchObject({
			status: 'failed',
			detail: expect.stringContaining('WeChat answered 61004'),
		});
		for (const rest of [set33, codes, closed]) {
			expect(rest).toMatchObject({
				status: 'unknown',
				detail: "Not checked: fix 'Authorized accounts' first",
			});
		}
		expect(callable).toStrictEqual([]);
	});

	it.each([
		['nobody has authorized it', []],
		['Mini Programs alone have', [{ isMiniProgram: true }]],
	])('A platform has no accounts if %s', async (_, accounts) => {
		const { list, set33, callable } = await check(accounts);
		expect(list).toMatchObject({
			status: 'attention',
			detail: 'No Official Account has authorized the platform',
			hint: HINTS.NO_ACCOUNT,
		});
		expect(set33.detail).toBe("Not checked: fix 'Authorized accounts' first");
		expect(callable).toStrictEqual([]);
	});

	it('Mini Programs are counted but not checked', async () => {
		const { list, set33, callable } = await check([{}, { isMiniProgram: true }]);
		expect(list.detail).toBe('2 accounts have authorized the platform, including 1 Mini Program');
		expect(set33.detail).toBe('The only Official Account has granted permission set 33');
		expect(callable).toEqual([ID(0)]);
		const many = await check([{}, { isMiniProgram: true }, { isMiniProgram: true }]);
		expect(many.list.detail).toContain(
			'3 accounts have authorized the platform, including 2 Mini Programs',
		);
	});

	it('Accounts that WeChat does not show are named, with its answer', async () => {
		const { list, closed, callable } = await check([{}, { errcode: 48001 }, { errcode: 61003 }]);
		expect(list).toMatchObject({
			status: 'attention',
			detail: expect.stringMatching(
				`^3 accounts have authorized the platform; 1 could not be read \\(${ID(1)}\\): WeChat answered 48001: .+`,
			),
		});
		expect(list.hint.en).not.toBe('');
		expect(closed).toMatchObject({
			status: 'attention',
			detail: `1 withdrawn: ${ID(2)}`,
			hint: HINTS.CLOSED,
		});
		expect(callable).toEqual([ID(0)]);
	});
});

describe('Permission set 33', () => {
	it('Accounts that lack permission set 33 are named', async () => {
		const { set33, callable } = await check([{}, { sets: [1] }, { sets: [] }]);
		expect(set33).toMatchObject({
			status: 'attention',
			detail: `2 of 3 accounts lack permission set 33: ${NAMED(1)}, ${NAMED(2)}`,
			hint: HINTS.LACKS_SET_33,
		});
		expect(callable).toEqual([ID(0)]);
	});

	it('An account without a name is named by its appid', async () => {
		const { set33 } = await check([{}, { sets: [], name: '' }]);
		expect(set33.detail).toBe(`1 of 2 accounts lacks permission set 33: ${ID(1)}`);
	});

	it('If no account has granted permission set 33, the platform itself may lack it', async () => {
		const { set33 } = await check([{ sets: [1] }]);
		expect(set33).toMatchObject({
			detail: `1 of 1 account lacks permission set 33: ${NAMED(0)}`,
			hint: HINTS.ALL_LACK_SET_33,
		});
	});

	it('At most ten accounts that lack permission set 33 are named', async () => {
		const lacking = await check(Array.from({ length: 12 }, () => ({ sets: [] })));
		expect(lacking.set33.detail).toMatch(new RegExp(`Tea \\(${ID(9)}\\) and 2 more$`));
		const ten = await check(Array.from({ length: 10 }, () => ({ sets: [] })));
		expect(ten.set33.detail).toMatch(new RegExp(`Tea \\(${ID(9)}\\)$`));
	});
});

describe('Authorization codes', () => {
	it('The check shows the codes that nobody has exchanged, and says which of them are kept here', async () => {
		const kept = missingCode({}, toKeptCode(ID(2), 'code_canary', undefined)) ?? {};
		const spent = { ...toKeptCode(ID(1), '', undefined) };
		const data = { ...kept, ...missingCode(kept, spent) };
		const waiting = { refreshToken: '' };
		const { codes, callable } = await check([{}, waiting, waiting], { data });
		expect(codes).toMatchObject({
			status: 'attention',
			detail: `2 authorization codes were not exchanged; 1 kept here: ${NAMED(2)}; 1 not kept here: ${NAMED(1)}`,
			hint: HINTS.UNEXCHANGED,
		});
		expect(callable).toEqual([ID(0)]);
	});

	it('A single unexchanged code that is kept here is shown', async () => {
		const data = missingCode({}, toKeptCode(ID(0), 'code', undefined));
		const { codes } = await check([{ refreshToken: '' }], { data });
		expect(codes.detail).toBe(`1 authorization code was not exchanged; 1 kept here: ${NAMED(0)}`);
	});

	it('A single unexchanged code that is kept nowhere is shown', async () => {
		const { codes } = await check([{ refreshToken: '' }]);
		expect(codes.detail).toBe(
			`1 authorization code was not exchanged; 1 not kept here: ${NAMED(0)}`,
		);
	});
});

describe('Closed accounts', () => {
	it('Closed accounts are listed by their state; a warned account can still be called', async () => {
		const states = [14, 16, 18, 19, 1].map((status) => ({ status }));
		const { closed, callable } = await check(states);
		expect(closed).toMatchObject({
			status: 'attention',
			detail: `1 cancelled: ${NAMED(0)}; 1 banned: ${NAMED(1)}; 1 frozen: ${NAMED(3)}; 1 warned: ${NAMED(2)}`,
			hint: HINTS.CLOSED,
		});
		expect(callable).toEqual([ID(2), ID(4)]);
	});

	it("Closed accounts are listed by appid, whatever the order of WeChat's list", async () => {
		const { closed } = await check([{ status: 19 }, { status: 19 }], { isFromLast: true });
		expect(closed.detail).toBe(`2 frozen: ${NAMED(0)}, ${NAMED(1)}`);
	});
});
