import type { Row } from '../n8n/merchantSet.cts';
import { MERCHANTS } from './welcomeWorld.cts';

/** Who acts next, and a sentence, in both languages. */
interface Sentences {
	en: [who: string, says: string];
	zh: [who: string, says: string];
}

/** What a merchant reads for a row. */
interface Standing extends Sentences {
	row: Row;
	/** How many of the six steps are done; the next one is the current one. */
	done: number;
	/** Whether the page has the button to authorize the platform. */
	asks?: true;
}

const ACCOUNT = MERCHANTS[3].account;

const AUTHORIZE: Sentences = {
	en: [
		'Next: the Official Account administrator',
		"Authorize Example Platform on WeChat's own page. The Official Account administrator does this: choose the Official Account there, and keep 小程序关联管理 ticked.",
	],
	zh: [
		'下一步：公众号管理员',
		'请在微信的页面上授权“Example Platform”。须由公众号管理员操作：选择公众号，并保持勾选“小程序关联管理”。',
	],
};
const FIRST_AGREES: Sentences = {
	en: [
		'Next: the Official Account administrator',
		'The invitation is out. The Official Account administrator has received a template message in WeChat: please open it and agree. The Mini Program administrator gets one afterwards.',
	],
	zh: [
		'下一步：公众号管理员',
		'关联邀请已发出。公众号管理员已在微信中收到模板消息，请打开该消息并同意；之后小程序管理员也会收到模板消息。',
	],
};
const SECOND_AGREES: Sentences = {
	en: [
		'Next: the Mini Program administrator',
		'The Official Account administrator has agreed. The Mini Program administrator has received a template message in WeChat: please open it and agree.',
	],
	zh: [
		'下一步：小程序管理员',
		'公众号管理员已同意。小程序管理员已在微信中收到模板消息，请打开该消息并同意。',
	],
};
const PROVIDER_ACTS: Sentences = {
	en: [
		'Next: Example Platform',
		'WeChat has not accepted the invitation yet. Example Platform is taking care of it; there is nothing for you to do.',
	],
	zh: [
		'下一步：Example Platform',
		'微信暂未接受关联邀请。“Example Platform”正在处理，您无需操作。',
	],
};

/** Every state of the Data Table, with each person who acts in it. */
export const STANDINGS: Standing[] = [
	{
		row: { state: '', whoActs: '' },
		done: 0,
		asks: true,
		...AUTHORIZE,
	},
	{
		row: { state: 'new', whoActs: '' },
		done: 0,
		asks: true,
		...AUTHORIZE,
	},
	{
		row: {
			state: 'new',
			whoActs: 'operator',
			officialAccountAppId: ACCOUNT,
			stateSince: '2026-11-02T01:00:00.000Z',
		},
		done: 2,
		en: [
			'Next: Example Platform',
			'We will send the invitation once more. Until then there is nothing for you to do; afterwards both administrators have to agree in WeChat.',
		],
		zh: [
			'下一步：Example Platform',
			'我们将再次发出关联邀请，在此之前您无需操作；之后需要两位管理员分别在微信中同意。',
		],
	},
	{
		row: { state: 'authorized', whoActs: 'operator' },
		done: 2,
		en: [
			'Next: Example Platform',
			'You have authorized Example Platform. We will send the invitation next; there is nothing for you to do.',
		],
		zh: [
			'下一步：Example Platform',
			'您已授权“Example Platform”。我们即将发出关联邀请，您无需操作。',
		],
	},
	{
		row: { state: 'authorized', whoActs: 'operator', miniProgramAppId: null },
		done: 2,
		en: [
			'Next: the Mini Program administrator',
			"You have authorized Example Platform. We still need the AppID of your Mini Program: it begins with wx and is shown in the Mini Program's console (mp.weixin.qq.com). Please send it to us.",
		],
		zh: [
			'下一步：小程序管理员',
			'您已授权“Example Platform”。我们还需要您小程序的 AppID：以 wx 开头，可在小程序后台（mp.weixin.qq.com）查看。请将它发送给我们。',
		],
	},
	{
		row: { state: 'permissionSet33Missing', whoActs: 'officialAccountAdmin' },
		done: 1,
		asks: true,
		en: [
			'Next: the Official Account administrator',
			'You have authorized Example Platform, but 小程序关联管理 is not ticked, and without it WeChat does not let us link your Mini Program. The Official Account administrator has to authorize the same Official Account once more, and keep 小程序关联管理 ticked.',
		],
		zh: [
			'下一步：公众号管理员',
			'您已授权“Example Platform”，但没有勾选“小程序关联管理”，缺少该权限时微信不允许我们关联您的小程序。请公众号管理员重新授权同一个公众号，并保持勾选“小程序关联管理”。',
		],
	},
	{
		row: { state: 'invitationSent', whoActs: 'officialAccountAdmin' },
		done: 3,
		...FIRST_AGREES,
	},
	{
		row: { state: 'invitationPending', whoActs: 'officialAccountAdmin' },
		done: 3,
		...FIRST_AGREES,
	},
	{
		row: { state: 'invitationPending', whoActs: 'miniProgramAdmin' },
		done: 4,
		...SECOND_AGREES,
	},
	{
		row: { state: 'pendingOfficialAccountAdmin', whoActs: 'officialAccountAdmin' },
		done: 3,
		...FIRST_AGREES,
	},
	{
		row: { state: 'pendingMiniProgramAdmin', whoActs: 'miniProgramAdmin' },
		done: 4,
		...SECOND_AGREES,
	},
	{
		row: { state: 'linked', whoActs: 'nobody' },
		done: 6,
		en: [
			'All done',
			'Your Mini Program is linked to your Official Account. There is nothing left to do.',
		],
		zh: ['全部完成', '您的小程序已关联到您的公众号，无需其他操作。'],
	},
	{
		row: { state: 'refused', whoActs: 'operator' },
		done: 2,
		en: [
			'Next: Example Platform',
			'The Mini Program administrator has declined the invitation. We will ask you before we send a new one. If it was declined by mistake, tell us, and we will send it again.',
		],
		zh: [
			'下一步：Example Platform',
			'小程序管理员拒绝了关联邀请。我们会先与您沟通，再决定是否重新发出。如系误操作，请告诉我们，我们会重新发出邀请。',
		],
	},
	{
		row: { state: 'removed', whoActs: 'operator' },
		done: 2,
		en: [
			'Next: Example Platform',
			'Your Mini Program is not linked: the Official Account administrator has declined the invitation, or the link was removed in WeChat. We will ask you before we send a new invitation. If it was a mistake, tell us, and we will send it again.',
		],
		zh: [
			'下一步：Example Platform',
			'您的小程序目前没有关联：公众号管理员拒绝了关联邀请，或关联已在微信中被解除。我们会先与您沟通，再决定是否重新发出邀请。如系误操作，请告诉我们，我们会重新发出邀请。',
		],
	},
	{
		row: { state: 'withdrawn', whoActs: 'officialAccountAdmin' },
		done: 0,
		asks: true,
		en: [
			'Next: the Official Account administrator',
			'WeChat says that Example Platform has no authorization for your Official Account: it was withdrawn, or it was not given yet. To go on, the Official Account administrator has to authorize once more and keep 小程序关联管理 ticked.',
		],
		zh: [
			'下一步：公众号管理员',
			'微信显示“Example Platform”没有获得您公众号的授权：授权已被取消，或尚未授权。如需继续，请公众号管理员重新授权，并保持勾选“小程序关联管理”。',
		],
	},
	{
		row: { state: 'failed', whoActs: 'officialAccountAdmin' },
		done: 2,
		asks: true,
		en: [
			'Next: the Official Account administrator',
			'WeChat did not accept the invitation because of your Official Account. The Official Account administrator has to log in at mp.weixin.qq.com, read the notices, and do what WeChat asks for. If there is no notice, authorize once more here and keep 小程序关联管理 ticked. Then tell us, and we will send the invitation again.',
		],
		zh: [
			'下一步：公众号管理员',
			'由于公众号方面的原因，微信没有接受关联邀请。请公众号管理员登录 mp.weixin.qq.com 查看通知，并按微信的要求处理；如果没有通知，请在此重新授权，并保持勾选“小程序关联管理”。完成后请告诉我们，我们会重新发出邀请。',
		],
	},
	{
		row: { state: 'failed', whoActs: 'miniProgramAdmin' },
		done: 2,
		en: [
			'Next: the Mini Program administrator',
			"WeChat did not accept the invitation because of your Mini Program. The Mini Program administrator has to log in to the Mini Program's console (mp.weixin.qq.com), do what its notices ask for, and allow Official Accounts to link it (in the settings, under 关联公众号). Then tell us, and we will send the invitation again. If you find nothing there, ask us: we can see WeChat's answer.",
		],
		zh: [
			'下一步：小程序管理员',
			'由于小程序方面的原因，微信没有接受关联邀请。请小程序管理员登录小程序后台（mp.weixin.qq.com），按通知的要求处理，并在设置的“关联公众号”中允许公众号关联。完成后请告诉我们，我们会重新发出邀请。如果没有发现问题，请联系我们，我们可以查看微信的答复。',
		],
	},
	{
		row: { state: 'failed', whoActs: 'provider' },
		done: 2,
		...PROVIDER_ACTS,
	},
	{
		row: { state: 'failed', whoActs: 'operator' },
		done: 2,
		...PROVIDER_ACTS,
	},
	{
		row: { state: 'failed', whoActs: 'weChat' },
		done: 2,
		en: [
			'Next: WeChat',
			'WeChat did not accept the invitation, and only WeChat can lift the restriction. Example Platform is asking WeChat about it; there is nothing for you to do.',
		],
		zh: [
			'下一步：微信',
			'微信没有接受关联邀请，需要由微信解除限制。“Example Platform”正在联系微信，您无需操作。',
		],
	},
	{
		row: { state: 'failed', whoActs: 'nobody', retryAt: '2199-12-31T16:00:00.000Z' },
		done: 2,
		en: [
			'Next: Example Platform',
			'WeChat does not accept the invitation at the moment. We will send it again later; there is nothing for you to do. We will send it again automatically after January 1, 2200.',
		],
		zh: [
			'下一步：Example Platform',
			'微信目前不接受关联邀请。我们稍后会再次发送，您无需操作。 我们会在2200年1月1日之后自动再次发送。',
		],
	},
	{
		row: { state: 'failed', whoActs: '' },
		done: 2,
		...PROVIDER_ACTS,
	},
	{
		row: { state: 'a state of your own', whoActs: '' },
		done: 2,
		en: [
			'Next: Example Platform',
			'Example Platform is looking into it. There is nothing for you to do.',
		],
		zh: ['下一步：Example Platform', '“Example Platform”正在处理，您无需操作。'],
	},
];
