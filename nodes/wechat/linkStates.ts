import type { Category, WhoActs } from './errcodeTable';
import type { Text } from './text';

/** What the status of an entry of wxamplinkget means. */
export interface LinkState {
	outcome:
		| 'linked'
		| 'pendingMiniProgramAdmin'
		| 'refused'
		| 'pendingOfficialAccountAdmin'
		| 'notLinked'
		| 'unknownStatus';
	category: Category;
	/** For lists, in lower case. */
	label: string;
	/** What the operator does next. */
	hint: Text;
	/** Who has to act before the link can proceed. */
	whoActs: WhoActs;
}

const STATES: Record<number, LinkState> = {
	1: {
		outcome: 'linked',
		category: 'success',
		label: 'linked',
		hint: { en: 'Linked. There is nothing to do.', 'zh-CN': '已关联，无需任何操作。' },
		whoActs: 'nobody',
	},
	2: {
		outcome: 'pendingMiniProgramAdmin',
		category: 'pending',
		label: 'waiting for the Mini Program administrator',
		hint: {
			en: 'The Mini Program administrator still has to agree, in a template message in their WeChat; the Official Account administrator already has. Ask again later with Get Status.',
			'zh-CN':
				'还需要小程序管理员同意（其微信中有一条相关的模板消息），公众号管理员已经同意。请稍后用 Get Status 再次查询。',
		},
		whoActs: 'miniProgramAdmin',
	},
	3: {
		outcome: 'refused',
		category: 'notAllowed',
		label: 'refused',
		hint: {
			en: 'The Mini Program administrator refused the link. Talk to them first; once they agree, send a new invitation with Link.',
			'zh-CN': '小程序管理员拒绝了关联。请先与对方沟通；对方同意后，用 Link 重新发送邀请。',
		},
		whoActs: 'operator',
	},
	12: {
		outcome: 'pendingOfficialAccountAdmin',
		category: 'pending',
		label: 'waiting for the Official Account administrator',
		hint: {
			en: 'The Official Account administrator has to agree first, in a template message in their WeChat, then the Mini Program administrator. Ask again later with Get Status.',
			'zh-CN':
				'需要公众号管理员先同意（其微信中有一条相关的模板消息），然后小程序管理员同意。请稍后用 Get Status 再次查询。',
		},
		whoActs: 'officialAccountAdmin',
	},
};

const NO_STATUS: LinkState = {
	outcome: 'unknownStatus',
	category: 'other',
	label: 'no status',
	hint: {
		en: "WeChat's list contains this Mini Program without a link status. Treat it as not linked, and look at its entry in the Official Account's console (mp.weixin.qq.com).",
		'zh-CN':
			'微信的列表中有该小程序，但没有关联状态。请视为未关联，并在公众号后台（mp.weixin.qq.com）查看其条目。',
	},
	whoActs: 'operator',
};

/**
 * Explains a status. 1, 2, 3 and 12 are documented. Developers have also seen 4, which nobody has explained, and
 * others may exist: the label names the number, and nothing is assumed about its meaning.
 */
export function describeLinkStatus(status: number | null): LinkState {
	if (status === null) return NO_STATUS;
	return (
		STATES[status] ?? {
			outcome: 'unknownStatus',
			category: 'other',
			label: `status ${status}`,
			hint: {
				en: `WeChat does not document the link status ${status}. Treat the Mini Program as not linked, and look at its entry in the Official Account's console (mp.weixin.qq.com).`,
				'zh-CN': `微信文档没有说明关联状态 ${status}。请视为未关联，并在公众号后台（mp.weixin.qq.com）查看其条目。`,
			},
			whoActs: 'operator',
		}
	);
}

/** What it means if the list has no entry for the Mini Program. */
export function describeNotListed(
	someEntriesHaveNoAppId: boolean,
	askedByAppId: boolean,
): LinkState {
	return {
		outcome: 'notLinked',
		category: 'success',
		label: 'not linked',
		hint: askedByAppId && someEntriesHaveNoAppId ? MAYBE_REFUSED : NOT_INVITED,
		whoActs: 'operator',
	};
}

const MAYBE_REFUSED: Text = {
	en: "The account's list has no entry with this appid, but it has entries without an appid: WeChat omits it if the administrator refused. To be sure, look up the original ID (gh_…), or invite again with Link.",
	'zh-CN':
		'该公众号的列表中没有此 appid 的条目，但有不带 appid 的条目：管理员拒绝后，微信会省略 appid。请用原始 ID（gh_…）查询确认，或用 Link 重新邀请。',
};
const NOT_INVITED: Text = {
	en: 'The account has neither a link nor an invitation for this Mini Program. Send an invitation with Link.',
	'zh-CN': '该公众号与此小程序既没有关联，也没有邀请。请用 Link 发送邀请。',
};
