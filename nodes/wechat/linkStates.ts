import type { Category } from './errcodes';

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
	/** As a list shows it, in lower case. */
	label: string;
	/** What the operator does next. */
	hint: string;
}

const STATES: Record<number, LinkState> = {
	1: { outcome: 'linked', category: 'success', label: 'linked', hint: '' },
	2: {
		outcome: 'pendingMiniProgramAdmin',
		category: 'pending',
		label: 'waiting for the Mini Program administrator',
		hint: 'The Official Account administrator has agreed. The Mini Program administrator still has to agree: a template message about it is in their WeChat. Ask again later with Get Status.',
	},
	3: {
		outcome: 'refused',
		category: 'forbidden',
		label: 'refused',
		hint: 'The Mini Program administrator refused the link. Talk to them first; when they agree, send a new invitation with Link.',
	},
	12: {
		outcome: 'pendingOfficialAccountAdmin',
		category: 'pending',
		label: 'waiting for the Official Account administrator',
		hint: 'The Official Account administrator has to agree first, then the Mini Program administrator: a template message about it is in their WeChat. Ask again later with Get Status.',
	},
};

const NO_STATUS: LinkState = {
	outcome: 'unknownStatus',
	category: 'unknown',
	label: 'no status',
	hint: "WeChat's list has this Mini Program with no link status. Treat it as not linked, and look at its entry in the Official Account's console (mp.weixin.qq.com).",
};

/**
 * Explains a status. 1, 2, 3 and 12 are documented; developers have also seen 4, which nobody
 * explained, and others may follow: the number is kept and nothing is assumed about it.
 */
export function describeLinkStatus(status: number | null): LinkState {
	if (status === null) return NO_STATUS;
	return (
		STATES[status] ?? {
			outcome: 'unknownStatus',
			category: 'unknown',
			label: `status ${status}`,
			hint: `WeChat does not document the link status ${status}. Treat the Mini Program as not linked, and look at its entry in the Official Account's console (mp.weixin.qq.com).`,
		}
	);
}

/** What it means when the list has no entry for the Mini Program that was asked for. */
export function describeNotListed(
	someEntriesHaveNoAppId: boolean,
	askedByAppId: boolean,
): LinkState {
	return {
		outcome: 'notLinked',
		category: 'success',
		label: 'not linked',
		hint:
			askedByAppId && someEntriesHaveNoAppId
				? 'The account has no entry with this appid, but entries without an appid: WeChat leaves it out where the administrator refused. Ask by the original ID (gh_…) to be sure, or invite again with Link.'
				: 'The account has neither a link nor an invitation for this Mini Program. Send an invitation with Link.',
	};
}
