import { isOtherKind } from '../../../nodes/wechat/accountKind';
import { nextStepFor, obstacleOf, refusalOf } from '../../../nodes/wechat/accountObstacles';
import { readAuthorizer, readPermissionSets } from '../../../nodes/wechat/authorizer';

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

describe('Account info', () => {
	it('An account is read from its info', () => {
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
	])('An answer without %s is not whole', (_, payload) => {
		expect(readAuthorizer(APP_ID, payload).isWhole).toBe(false);
	});

	it('An answer may lack everything but account and func_info', () => {
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

	it('Names that are not texts are null', () => {
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
	])('An account with service_type_info %j is a %s', (id, kind) => {
		expect(read({ service_type_info: { id } }).kind).toBe(kind);
	});

	it.each([
		['MiniProgramInfo', { network: {} }, 'miniProgram'],
		['MiniProgramInfo', {}, 'miniProgram'],
		['store_info', { id: '1' }, 'shop'],
		['channels_info', { id: '1' }, 'channels'],
		['talent_info', { id: '1' }, 'other'],
		['supplier_info', { id: '1' }, 'other'],
	])(
		'An account with %s %j is not an Official Account and cannot be linked',
		(field, value, kind) => {
			const authorizer = read({ [field]: value });
			expect(authorizer).toMatchObject({ accountKind: kind, kind, canLink: false });
		},
	);

	it.each(['MiniProgramInfo', 'store_info', 'channels_info', 'talent_info', 'supplier_info'])(
		'An account with null for %s is an Official Account',
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
	])('The verification of an account with verify_type_info %j is %s', (id, isVerified) => {
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
	])('An account with account_status %j is %s', (accountStatus, state) => {
		expect(read({ account_status: accountStatus }).accountStatus).toBe(state);
	});
});

describe('Kinds of accounts', () => {
	it.each(['miniProgram', 'shop', 'channels', 'other'] as const)(
		'The kind %s cannot have links',
		(kind) => expect(isOtherKind(kind)).toBe(true),
	);

	it.each(['officialAccount', null, undefined] as const)(
		'An account of the kind %s may have links',
		(kind) => expect(isOtherKind(kind)).toBe(false),
	);
});

describe('Permission sets', () => {
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
	])('The func_info %j grants the permission sets %j', (value, ids) =>
		expect(readPermissionSets(value)).toStrictEqual(ids),
	);
});

describe('Refusals', () => {
	const refusal = (info?: object, authorization?: object) => refusalOf(read(info, authorization));

	it.each<[object, object, string]>([
		[{ account_status: 19 }, {}, 'frozen'],
		[{ account_status: 99 }, { func_info: [] }, 'noPermissionSet'],
		[{ account_status: 99 }, { authorizer_refresh_token: '' }, 'other'],
		[{ account_status: 'closed' }, {}, 'other'],
	])(
		'Account info %j and authorization %j explain a refusal: %s',
		(info, authorization, reason) => {
			expect(refusal(info, authorization)).toMatchObject({
				reason,
				accountKind: 'officialAccount',
			});
		},
	);

	it('A refusal shows an account_status that WeChat does not document', () => {
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
	])('Account info %j and authorization %j do not explain a refusal', (info, authorization) => {
		expect(refusal(info, authorization)).toBeUndefined();
	});
});

describe('Obstacles', () => {
	const obstacle = (info?: object, authorization?: object) => obstacleOf(read(info, authorization));

	it('An account without restrictions, with a warning or in an unknown state has no obstacle', () => {
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
	])('Account info %j and authorization %j: the %s acts', (info, authorization, whoActs) => {
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
	])(
		'An account is reported as "%s", with a hint',
		(problem, info, authorization, category, hint) => {
			const found = obstacle(info, authorization);
			expect(found).toMatchObject({ category });
			expect(found?.problem).toContain(problem);
			expect(found?.problem).toContain(`Tea House (${APP_ID})`);
			expect(found?.hint.en).toMatch(hint);
			expect(JSON.stringify(found)).not.toContain(REFRESH);
		},
	);

	it.each<[object, object, string | undefined]>([
		[{ MiniProgramInfo: {} }, {}, 'miniProgram'],
		[{ store_info: {} }, {}, 'shop'],
		[{ account_status: 19 }, {}, 'officialAccount'],
		[{}, { func_info: [] }, 'officialAccount'],
	])(
		'The obstacle of account info %j and authorization %j has the account kind %s',
		(info, authorization, kind) => {
			expect(obstacle(info, authorization)?.accountKind).toBe(kind);
		},
	);

	it.each<[object, object, string | undefined]>([
		[{ account_status: 14 }, {}, 'cancelled'],
		[{ account_status: 16 }, {}, 'banned'],
		[{ account_status: '19' }, { func_info: [] }, 'frozen'],
		[{}, { func_info: [] }, 'noPermissionSet'],
		[{}, { authorizer_refresh_token: '' }, 'notAuthorized'],
		[{ MiniProgramInfo: {} }, {}, undefined],
	])(
		'The obstacle of account info %j and authorization %j has the reason %s',
		(info, authorization, reason) => {
			expect(obstacle(info, authorization)?.reason).toBe(reason);
		},
	);

	it('An obstacle names an account without a name by its appid', () => {
		expect(obstacle({ nick_name: '' }, { func_info: [] })?.problem).toMatch(
			new RegExp(`^${APP_ID} has not`),
		);
	});
});

describe('Next steps', () => {
	it.each<[string, object, object, RegExp]>([
		['is ready', {}, {}, /^Ready: Link can invite/],
		['was warned and can be linked', { account_status: 18 }, {}, /^Ready: Link can invite/],
		['is a shop', { store_info: {} }, {}, /^This account is a shop.*nothing to link here/],
		['lacks the permission set', {}, { func_info: [] }, /keeps permission set 33/],
		['is frozen', { account_status: 19 }, {}, /unfreezes it/],
	])(
		'The next step of an account that %s is in both languages',
		(_, info, authorization, english) => {
			const hint = nextStepFor(read(info, authorization));
			expect(hint.en).toMatch(english);
			expect(hint['zh-CN']).toMatch(/。$/);
		},
	);
});
