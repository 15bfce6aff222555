import {
	formOfList,
	LinkList,
	readLinkList,
	simplifyLink,
	withoutEmail,
	type LinkEntry,
} from '../../../nodes/wechat/linkList';
import { describeLinkStatus, describeNotListed } from '../../../nodes/wechat/linkStates';

const LINKED: LinkEntry = {
	status: 1,
	username: 'gh_00000000000a',
	appid: 'wx000000000000000a',
	source: 'SOURCE_NORMAL',
	nickname: '小程序',
	selected: 1,
	nearby_display_status: 0,
	released: 1,
	headimg_url: 'https://example.com/a.png',
	func_infos: [{ status: 1, id: 1, name: '微信认证' }],
	email: 'owner@example.com',
};
/** As in WeChat's sample: no appid, no flags, no email. */
const REFUSED: LinkEntry = {
	status: 3,
	username: 'gh_00000000000b',
	source: 'SOURCE_NORMAL',
	headimg_url: 'https://example.com/b.png',
	func_infos: [],
	nickname: '另一个',
};

describe('the list of links', () => {
	it.each<[string, Record<string, unknown>]>([
		['wxopens', { errcode: 0 }],
		['items', { wxopens: {} }],
		['a list in items', { wxopens: { items: {} } }],
		['anything in items', { wxopens: { items: null } }],
		['anything in its only item', { wxopens: { items: [null] } }],
		['anything in wxopens', { wxopens: null }],
	])('is empty without %s', (_, payload) => {
		expect(readLinkList(payload)).toStrictEqual([]);
	});

	it('keeps every entry in its order, refused ones without an appid, too', () => {
		const items = [LINKED, REFUSED, { ...LINKED, status: 77 }];
		expect(readLinkList({ wxopens: { items } })).toEqual(items);
	});

	it('reads a status that came as a text', () => {
		expect(readLinkList({ wxopens: { items: [{ ...LINKED, status: '12' }] } })[0].status).toBe(12);
	});

	it.each([null, '', true, [], 'soon', 1.5])('takes the status %j for none', (status) => {
		expect(readLinkList({ wxopens: { items: [{ ...LINKED, status }] } })[0].status).toBeNull();
	});

	it.each([null, '', 5, {}])('takes the ids %j for absent ones', (id) => {
		const items = [{ status: 1, appid: id, username: id }];
		expect(readLinkList({ wxopens: { items } })).toEqual([{ status: 1 }]);
	});

	it('leaves out what is no entry', () => {
		expect(readLinkList({ wxopens: { items: [null, 'x', LINKED] } })).toEqual([LINKED]);
	});
});

describe('finding a Mini Program in the list', () => {
	it('goes by appid, whatever the case', () => {
		expect(new LinkList([REFUSED, LINKED]).find('wx000000000000000a')).toEqual(LINKED);
		expect(new LinkList([REFUSED, LINKED]).find('WX000000000000000A')).toEqual(LINKED);
	});

	it('goes by username for an original ID, also where there is no appid', () => {
		expect(new LinkList([LINKED, REFUSED]).find('gh_00000000000b')).toEqual(REFUSED);
		expect(new LinkList([LINKED, REFUSED]).find('GH_00000000000B')).toEqual(REFUSED);
	});

	it('finds nothing where nothing fits', () => {
		expect(new LinkList([LINKED, REFUSED]).find('wx000000000000000b')).toBeUndefined();
		expect(new LinkList([]).find('gh_00000000000b')).toBeUndefined();
		expect(new LinkList([{ status: 1 }]).find('gh_00000000000b')).toBeUndefined();
	});

	it.each([
		[[3, 1], 1],
		[[2, 1, 12], 1],
		[[12, 2], 2],
		[[3, 12], 12],
		[[4, 12, 3], 12],
	])('takes of the states %j the one that is furthest, %i', (states, expected) => {
		const entries = states.map((status) => ({ ...LINKED, status }));
		expect(new LinkList(entries).find('wx000000000000000a')?.status).toBe(expected);
		expect(new LinkList(entries.reverse()).find('gh_00000000000a')?.status).toBe(expected);
	});

	it.each([
		[[], false],
		[[LINKED], false],
		[[LINKED, REFUSED], true],
		[[REFUSED], true],
	])('knows whether %j has one that no appid finds: %s', (entries, expected) => {
		expect(new LinkList(entries).someHaveNoAppId).toBe(expected);
	});

	it('takes the first of two that are equally far', () => {
		const entries = [{ ...LINKED, nickname: 'first' }, LINKED];
		expect(new LinkList(entries).find('wx000000000000000a')?.nickname).toBe('first');
	});

	it('leaves the list in its order', () => {
		const entries = [
			{ ...LINKED, status: 3 },
			{ ...LINKED, status: 1 },
		];
		new LinkList(entries).find('wx000000000000000a');
		expect(entries.map(({ status }) => status)).toEqual([3, 1]);
	});
});

describe('an entry as it is given out', () => {
	it('has plain names and booleans when it is simplified', () => {
		expect(simplifyLink(LINKED)).toEqual({
			miniProgramAppId: 'wx000000000000000a',
			username: 'gh_00000000000a',
			nickname: '小程序',
			linkStatus: 1,
			shownOnProfile: true,
			shownNearby: false,
			released: true,
		});
	});

	it('says null for what WeChat leaves out of refused entries', () => {
		expect(simplifyLink(REFUSED)).toEqual({
			miniProgramAppId: null,
			username: 'gh_00000000000b',
			nickname: '另一个',
			linkStatus: 3,
			shownOnProfile: null,
			shownNearby: null,
			released: null,
		});
	});

	it.each([null, '', [], 'yes'])('says null for a flag that WeChat gives as %j', (selected) => {
		const [entry] = readLinkList({ wxopens: { items: [{ ...LINKED, selected }] } });
		expect(simplifyLink(entry).shownOnProfile).toBeNull();
	});

	it('keeps everything but the e-mail address in the raw form', () => {
		const { email, ...rest } = LINKED;
		expect(withoutEmail(LINKED)).toEqual(rest);
		expect(LINKED.email).toBe(email);
	});
});

describe('a link status', () => {
	it.each([
		[1, 'linked', 'success', 'linked'],
		[2, 'pendingMiniProgramAdmin', 'pending', 'waiting for the Mini Program administrator'],
		[3, 'refused', 'notAllowed', 'refused'],
		[
			12,
			'pendingOfficialAccountAdmin',
			'pending',
			'waiting for the Official Account administrator',
		],
	])('%i means %s', (status, outcome, category, label) => {
		expect(describeLinkStatus(status)).toMatchObject({ outcome, category, label });
	});

	it.each([2, 3, 12, 4, 99, 0])('%i comes with a hint', (status) => {
		expect(describeLinkStatus(status).hint.en).not.toBe('');
	});

	it.each([4, 0, -1, 13, 99])(
		'%i is kept as a number and nothing is assumed about it',
		(status) => {
			const state = describeLinkStatus(status);
			expect(state).toMatchObject({
				outcome: 'unknownStatus',
				category: 'other',
				whoActs: 'operator',
			});
			expect(state.label).toContain(String(status));
			expect(state.hint.en).toContain(String(status));
		},
	);

	it('is no reason to crash when it is missing, and the hint says so', () => {
		const [entry] = readLinkList({ wxopens: { items: [{ username: 'gh_1' }] } });
		const { outcome, label, hint } = describeLinkStatus(entry.status);
		expect(outcome).toBe('unknownStatus');
		expect(`${label} ${hint.en}`).not.toMatch(/NaN|null|undefined/);
		expect(hint.en).toContain('without a link status');
	});
});

describe('a Mini Program that is not in the list', () => {
	it('is not linked, and the hint says how to invite it', () => {
		const state = describeNotListed(false, true);
		expect(state).toMatchObject({
			outcome: 'notLinked',
			category: 'success',
			label: 'not linked',
			whoActs: 'operator',
		});
		expect(state.hint.en).toContain('Send an invitation with Link');
	});

	it('may be a refused one without an appid: the hint says how to be sure', () => {
		const { outcome, hint } = describeNotListed(true, true);
		expect(outcome).toBe('notLinked');
		expect(hint.en).toMatch(/without an appid.*original ID/s);
	});

	it('is surely not there when it was asked for by original ID', () => {
		expect(describeNotListed(true, false).hint).toEqual(describeNotListed(false, false).hint);
		expect(describeNotListed(false, false).hint.en).toContain('Send an invitation with Link');
	});
});

describe('what an answer says of the whole list', () => {
	it.each([
		[{ wxopens: { items: [] } }, 'list'],
		[{ wxopens: { items: [{ status: 1, username: LINKED.username }] } }, 'list'],
		[{ wxopens: { items: [{ status: 3, username: LINKED.username }, null] } }, 'list'],
		[{ wxopens: { items: [null] } }, 'list'],
		[{ wxopens: { items: [{ status: 1 }] } }, 'unreadable'],
		[{ wxopens: { items: [{ status: 1, username: LINKED.username }, 'x'] } }, 'unreadable'],
		[{ wxopens: { items: 'x' } }, 'unreadable'],
		[{ wxopens: { items: { a: 1 } } }, 'unreadable'],
		[{ wxopens: [] }, 'unreadable'],
		[{ wxopens: 'x' }, 'unreadable'],
		[{ wxopens: { items: {} } }, 'leftOut'],
		[{ wxopens: { items: null } }, 'leftOut'],
		[{ wxopens: {} }, 'leftOut'],
		[{ wxopens: null }, 'leftOut'],
		[{}, 'leftOut'],
	])('%j is of the form %s', (payload, form) => {
		expect(formOfList(payload)).toBe(form);
	});
});
