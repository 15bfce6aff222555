import { nextStepFor, obstacleOf, refusalOf } from '../../../nodes/wechat/accountObstacles';
import { readAuthorizer, readPermissionSets } from '../../../nodes/wechat/authorizer';
import { authorizationUrls } from '../../../nodes/wechat/authorizationLink';

const APP_ID = 'wx0123456789abcdef';
const REFRESH = 'refreshtoken@@@canary';
const GRANTED = [{ funcscope_category: { id: 1 } }, { funcscope_category: { id: 33 } }];

const answer = (info: object = {}, authorization: object = {}) => ({
	authorizer_info: {
		nick_name: 'Tea House',
		user_name: 'gh_0123456789ab',
		principal_name: 'Tea Ltd',
		service_type_info: { id: 2 },
		verify_type_info: { id: 0 },
		account_status: 1,
		...info,
	},
	authorization_info: {
		authorizer_refresh_token: REFRESH,
		func_info: GRANTED,
		...authorization,
	},
});

const read = (info?: object, authorization?: object) =>
	readAuthorizer(APP_ID, answer(info, authorization));

describe('an account that authorized', () => {
	it('is read', () => {
		expect(read()).toEqual({
			appId: APP_ID,
			username: 'gh_0123456789ab',
			name: 'Tea House',
			company: 'Tea Ltd',
			accountKind: 'officialAccount',
			kind: 'serviceAccount',
			isVerified: true,
			accountStatus: 'normal',
			accountStatusNumber: 1,
			permissionSets: [1, 33],
			canLink: true,
			refreshToken: REFRESH,
			isWhole: true,
		});
	});

	const { authorizer_info, authorization_info } = answer();

	it.each<[string, Record<string, unknown>]>([
		['anything', {}],
		['the account', { authorization_info }],
		['an account that is one', { authorizer_info: 'x', authorization_info }],
		['what it granted', { authorizer_info }],
		['what it granted, but null', { authorizer_info, authorization_info: null }],
		['what it granted, but a list', { authorizer_info, authorization_info: [] }],
		['func_info', { authorizer_info, authorization_info: { authorizer_refresh_token: REFRESH } }],
	])('is not whole in an answer without %s', (_, payload) => {
		expect(readAuthorizer(APP_ID, payload).isWhole).toBe(false);
	});

	it('may lack everything else', () => {
		const payload = { authorizer_info: {}, authorization_info: { func_info: [] } };
		expect(readAuthorizer(APP_ID, payload)).toMatchObject({
			name: null,
			accountKind: 'officialAccount',
			kind: 'other',
			isVerified: null,
			permissionSets: [],
			canLink: false,
			refreshToken: '',
			isWhole: true,
		});
	});

	it('has no name where WeChat gives something else than a text', () => {
		expect(read({ nick_name: 7, user_name: '', principal_name: null })).toMatchObject({
			name: null,
			username: null,
			company: null,
		});
	});

	it.each([
		[0, 'subscriptionAccount'],
		[1, 'subscriptionAccount'],
		[2, 'serviceAccount'],
		['2', 'serviceAccount'],
	])('with service_type_info %j is a %s', (id, kind) => {
		expect(read({ service_type_info: { id } }).kind).toBe(kind);
	});

	it.each([
		['MiniProgramInfo', { network: {} }, 'miniProgram'],
		['MiniProgramInfo', {}, 'miniProgram'],
		['store_info', { id: '1' }, 'shop'],
		['channels_info', { id: '1' }, 'channels'],
		['talent_info', { id: '1' }, 'other'],
		['supplier_info', { id: '1' }, 'other'],
	])('with %s %j is no Official Account, and cannot be linked', (field, value, kind) => {
		const authorizer = read({ [field]: value });
		expect(authorizer).toMatchObject({ accountKind: kind, kind, canLink: false });
	});

	it.each(['MiniProgramInfo', 'store_info', 'channels_info', 'talent_info', 'supplier_info'])(
		'with null for %s is an Official Account',
		(field) => expect(read({ [field]: null }).accountKind).toBe('officialAccount'),
	);

	it.each([
		[-1, false],
		['-1', false],
		[0, true],
		[3, true],
		[null, null],
		['', null],
		[[], null],
		['yes', null],
	])('with verify_type_info %j is verified: %s', (id, isVerified) => {
		expect(read({ verify_type_info: { id } }).isVerified).toBe(isVerified);
	});

	it.each([
		[1, 'normal'],
		[undefined, 'normal'],
		[14, 'cancelled'],
		[16, 'banned'],
		[18, 'warned'],
		[19, 'frozen'],
		['19', 'frozen'],
		[99, 'unknown'],
		['', 'unknown'],
		[true, 'unknown'],
	])('with account_status %j is %s', (accountStatus, state) => {
		expect(read({ account_status: accountStatus }).accountStatus).toBe(state);
	});
});

describe('func_info', () => {
	it.each<[unknown, number[]]>([
		[GRANTED, [1, 33]],
		[[{ funcscope_category: { id: '33' } }], [33]],
		[
			[
				{
					funcscope_category: { id: 33, type: 0, name: 'n', desc: 'd' },
					confirm_info: { need_confirm: 0, already_confirm: 0, can_confirm: 0 },
				},
			],
			[33],
		],
		[[null, '', true, [33], 1.5].map((id) => ({ funcscope_category: { id } })), []],
		[[{ id: 33 }, {}, null, 'x', { funcscope_category: null }], []],
		[undefined, []],
		[null, []],
		[{}, []],
		['33', []],
	])('%j grants %j', (value, ids) => expect(readPermissionSets(value)).toStrictEqual(ids));
});

describe('why WeChat refuses the calls of an account', () => {
	const refusal = (info?: object, authorization?: object) => refusalOf(read(info, authorization));

	it.each<[object, object, string]>([
		[{ account_status: 19 }, {}, 'frozen'],
		[{ account_status: 99 }, { func_info: [] }, 'noPermissionSet'],
		[{ account_status: 99 }, { authorizer_refresh_token: '' }, 'other'],
		[{ account_status: 'closed' }, {}, 'other'],
	])('is told by %j and %j', (info, authorization, reason) => {
		expect(refusal(info, authorization)).toMatchObject({ reason, accountKind: 'officialAccount' });
	});

	it('names a number that WeChat does not document', () => {
		const { problem, hint, whoActs } = refusal({ account_status: 99 }) ?? {};
		expect(problem).toBe(`Tea House (${APP_ID}) has an unknown account_status (99)`);
		expect(hint?.en).toContain('account_status (99)');
		expect(hint?.['zh-CN']).toContain('account_status（99）');
		expect(whoActs).toBe('operator');
		expect(refusal({ account_status: null, nick_name: '' })).toBeUndefined();
	});

	it.each<[object, object]>([
		[{}, {}],
		[{ account_status: 18 }, {}],
		[{}, { authorizer_refresh_token: '' }],
	])('is not told by %j and %j', (info, authorization) => {
		expect(refusal(info, authorization)).toBeUndefined();
	});
});

describe('what stands in the way of a call', () => {
	const obstacle = (info?: object, authorization?: object) => obstacleOf(read(info, authorization));

	it('is nothing for an account in order, nor for a warned or an unknown state', () => {
		expect(obstacle()).toBeUndefined();
		expect(obstacle({ account_status: 18 })).toBeUndefined();
		expect(obstacle({ account_status: 99 })).toBeUndefined();
	});

	it.each<[object, object, string]>([
		[{ MiniProgramInfo: {} }, {}, 'operator'],
		[{ store_info: {} }, { func_info: [] }, 'operator'],
		[{ account_status: 14 }, {}, 'operator'],
		[{ account_status: 16 }, {}, 'officialAccountAdmin'],
		[{ account_status: 19 }, {}, 'officialAccountAdmin'],
		[{}, { func_info: [] }, 'officialAccountAdmin'],
		[{}, { authorizer_refresh_token: '' }, 'officialAccountAdmin'],
	])('after %j and %j is for the %s', (info, authorization, whoActs) => {
		expect(obstacle(info, authorization)?.whoActs).toBe(whoActs);
	});

	it.each<[string, object, object, string, RegExp]>([
		['a Mini Program', { MiniProgramInfo: {} }, {}, 'other', /its own parameter/],
		['a shop', { store_info: {} }, { func_info: [] }, 'other', /Only Official Accounts/],
		['a Channels account', { channels_info: {} }, {}, 'other', /Only Official Accounts/],
		['of another kind', { talent_info: {} }, {}, 'other', /Only Official Accounts/],
		['cancelled', { account_status: 14 }, {}, 'notAllowed', /Remove it from the list/],
		['banned', { account_status: 16 }, {}, 'notAllowed', /appeals/],
		['frozen', { account_status: 19 }, {}, 'notAllowed', /unfreezes/],
		[
			'permission set 33',
			{},
			{ func_info: [] },
			'authorization',
			/authorization link.*permission set 33.*小程序关联管理/,
		],
		[
			'refresh token',
			{},
			{ authorizer_refresh_token: '' },
			'authorization',
			/authorizes again.*WeChat Open Platform Trigger/,
		],
		['refresh token', {}, { authorizer_refresh_token: undefined }, 'authorization', /again/],
	])('%s, and the hint says what to do', (problem, info, authorization, category, hint) => {
		const found = obstacle(info, authorization);
		expect(found).toMatchObject({ category });
		expect(found?.problem).toContain(problem);
		expect(found?.problem).toContain(`Tea House (${APP_ID})`);
		expect(found?.hint.en).toMatch(hint);
		expect(JSON.stringify(found)).not.toContain(REFRESH);
	});

	it.each<[object, object, string | undefined]>([
		[{ MiniProgramInfo: {} }, {}, 'miniProgram'],
		[{ store_info: {} }, {}, 'shop'],
		[{ account_status: 19 }, {}, 'officialAccount'],
		[{}, { func_info: [] }, 'officialAccount'],
	])('after %j and %j tells the kind', (info, authorization, kind) => {
		expect(obstacle(info, authorization)?.accountKind).toBe(kind);
	});

	it.each<[object, object, string | undefined]>([
		[{ account_status: 14 }, {}, 'cancelled'],
		[{ account_status: 16 }, {}, 'banned'],
		[{ account_status: '19' }, { func_info: [] }, 'frozen'],
		[{}, { func_info: [] }, 'noPermissionSet'],
		[{}, { authorizer_refresh_token: '' }, 'notAuthorized'],
		[{ MiniProgramInfo: {} }, {}, undefined],
	])('after %j and %j tells the reason', (info, authorization, reason) => {
		expect(obstacle(info, authorization)?.reason).toBe(reason);
	});

	it('is told by appid where there is no name', () => {
		expect(obstacle({ nick_name: '' }, { func_info: [] })?.problem).toMatch(
			new RegExp(`^${APP_ID} has not`),
		);
	});
});

describe('what is to be done about an account', () => {
	it.each<[string, object, object, RegExp]>([
		['is ready', {}, {}, /^Ready: Link can invite/],
		['was warned and can be linked', { account_status: 18 }, {}, /^Ready: Link can invite/],
		['is a shop', { store_info: {} }, {}, /^This account is a shop.*nothing to link here/],
		['lacks the permission set', {}, { func_info: [] }, /keeps permission set 33/],
		['is frozen', { account_status: 19 }, {}, /unfreezes it/],
	])('is said in both languages where it %s', (_, info, authorization, english) => {
		const hint = nextStepFor(read(info, authorization));
		expect(hint.en).toMatch(english);
		expect(hint['zh-CN']).toMatch(/。$/);
	});
});

describe('an authorization URL', () => {
	const LINK = {
		apiBaseUrl: 'https://api.weixin.qq.com',
		componentAppId: APP_ID,
		preAuthCode: 'preauthcode@@@a/b+c=&d',
		redirectUrl: 'https://m.example.com/done?a=1&b=茶 屋#part',
		accountKind: 1,
		onlyThisAccount: '',
	};

	it.each(['api', 'api2', 'sh.api', 'hk.api'])('is on WeChat\u2019s pages for %s', (host) => {
		const urls = authorizationUrls({ ...LINK, apiBaseUrl: `https://${host}.weixin.qq.com` });
		const computer = new URL(urls.computerUrl);
		const mobile = new URL(urls.mobileUrl);
		expect(computer.origin + computer.pathname).toBe(
			'https://mp.weixin.qq.com/cgi-bin/componentloginpage',
		);
		expect(mobile.origin + mobile.pathname).toBe(
			'https://open.weixin.qq.com/wxaopen/safe/bindcomponent',
		);
		expect(mobile.hash).toBe('#wechat_redirect');
		expect(mobile.searchParams.get('action')).toBe('bindcomponent');
		expect(mobile.searchParams.get('no_scan')).toBe('1');
	});

	it('encodes each value whole', () => {
		for (const url of Object.values(authorizationUrls(LINK))) {
			const { searchParams } = new URL(url);
			expect(searchParams.get('redirect_uri')).toBe(LINK.redirectUrl);
			expect(searchParams.get('pre_auth_code')).toBe(LINK.preAuthCode);
			expect(searchParams.get('auth_type')).toBe('1');
			expect(searchParams.has('biz_appid')).toBe(false);
			expect(url).not.toMatch(/[@ ]/);
		}
	});

	it('names the one account that may be chosen', () => {
		const urls = authorizationUrls({ ...LINK, onlyThisAccount: 'wx00000000000000a1' });
		for (const url of Object.values(urls)) {
			expect(new URL(url).searchParams.get('biz_appid')).toBe('wx00000000000000a1');
		}
	});

	it.each([
		'http://127.0.0.1:8080',
		'http://127.8.0.3:8080',
		'http://localhost:8080',
		'https://localhost',
		'http://[::1]:8080',
		'http://127.0.0.1:8080/wechat',
	])('stays at %s, where a stand-in for WeChat is', (apiBaseUrl) => {
		for (const url of Object.values(authorizationUrls({ ...LINK, apiBaseUrl }))) {
			expect(url.startsWith(`${apiBaseUrl}/`)).toBe(true);
		}
	});

	it.each([
		'https://wechat-proxy.example.com',
		'https://wechat-proxy.example.com/weixin',
		'http://10.0.0.5:8080',
		'http://wechat-proxy:8080',
		'https://notweixin.qq.com',
		'https://api.weixin.qq.com.example.com',
		'https://127.0.0.1.example.com',
		'https://localhost.example.com',
		'http://128.0.0.1',
	])('is on WeChat\u2019s pages where the calls go by %s', (apiBaseUrl) => {
		const { computerUrl, mobileUrl } = authorizationUrls({ ...LINK, apiBaseUrl });
		expect(new URL(computerUrl).origin).toBe('https://mp.weixin.qq.com');
		expect(new URL(mobileUrl).origin).toBe('https://open.weixin.qq.com');
	});
});
