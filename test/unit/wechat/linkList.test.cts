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

describe('Lists', () => {
	it.each<[string, Record<string, unknown>]>([
		['wxopens', { errcode: 0 }],
		['items', { wxopens: {} }],
		['list in items', { wxopens: { items: {} } }],
		['value in items', { wxopens: { items: null } }],
		['value in its only item', { wxopens: { items: [null] } }],
		['value in wxopens', { wxopens: null }],
	])('A list of links is empty if the answer has no %s', (_, payload) => {
		expect(readLinkList(payload)).toStrictEqual([]);
	});

	it('A list keeps all entries in their order, including refused ones without an appid', () => {
		const items = [LINKED, REFUSED, { ...LINKED, status: 77 }];
		expect(readLinkList({ wxopens: { items } })).toEqual(items);
	});

	it('A status may be a text', () => {
		expect(readLinkList({ wxopens: { items: [{ ...LINKED, status: '12' }] } })[0].status).toBe(12);
	});

	it.each([null, '', true, [], 'soon', 1.5])('The status %j counts as none', (status) => {
		expect(readLinkList({ wxopens: { items: [{ ...LINKED, status }] } })[0].status).toBeNull();
	});

	it.each([null, '', 5, {}])('The ids %j count as missing', (id) => {
		const items = [{ status: 1, appid: id, username: id }];
		expect(readLinkList({ wxopens: { items } })).toEqual([{ status: 1 }]);
	});

	it('A list omits anything but entries', () => {
		expect(readLinkList({ wxopens: { items: [null, 'x', LINKED] } })).toEqual([LINKED]);
	});
});

describe('Look-ups', () => {
	it('A Mini Program is found by its appid in any case', () => {
		expect(new LinkList([REFUSED, LINKED]).find('wx000000000000000a')).toEqual(LINKED);
		expect(new LinkList([REFUSED, LINKED]).find('WX000000000000000A')).toEqual(LINKED);
	});

	it('A Mini Program without an appid is found by its original ID', () => {
		expect(new LinkList([LINKED, REFUSED]).find('gh_00000000000b')).toEqual(REFUSED);
		expect(new LinkList([LINKED, REFUSED]).find('GH_00000000000B')).toEqual(REFUSED);
	});

	it('A Mini Program that is not listed is not found', () => {
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
	])('Of several entries with the states %j, the one with %i counts', (states, expected) => {
		const entries = states.map((status) => ({ ...LINKED, status }));
		expect(new LinkList(entries).find('wx000000000000000a')?.status).toBe(expected);
		expect(new LinkList(entries.reverse()).find('gh_00000000000a')?.status).toBe(expected);
	});

	it.each([
		[[], false],
		[[LINKED], false],
		[[LINKED, REFUSED], true],
		[[REFUSED], true],
	])('The list %j reports that an entry lacks an appid: %s', (entries, expected) => {
		expect(new LinkList(entries).someHaveNoAppId).toBe(expected);
	});

	it('The first of two entries with the same state counts', () => {
		const entries = [{ ...LINKED, nickname: 'first' }, LINKED];
		expect(new LinkList(entries).find('wx000000000000000a')?.nickname).toBe('first');
	});

	it('A look-up does not reorder the list', () => {
		const entries = [
			{ ...LINKED, status: 3 },
			{ ...LINKED, status: 1 },
		];
		new LinkList(entries).find('wx000000000000000a');
		expect(entries.map(({ status }) => status)).toEqual([3, 1]);
	});
});

describe('Entries', () => {
	it('A simplified entry has plain names and booleans', () => {
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

	it('A simplified entry has null for what WeChat omits in refused entries', () => {
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

	it.each([null, '', [], 'yes'])('A simplified entry has null for the flag %j', (selected) => {
		const [entry] = readLinkList({ wxopens: { items: [{ ...LINKED, selected }] } });
		expect(simplifyLink(entry).shownOnProfile).toBeNull();
	});

	it('A raw entry keeps everything but the e-mail address', () => {
		const { email, ...rest } = LINKED;
		expect(withoutEmail(LINKED)).toEqual(rest);
		expect(LINKED.email).toBe(email);
	});
});

describe('Link states', () => {
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
	])('The link status %i means %s', (status, outcome, category, label) => {
		expect(describeLinkStatus(status)).toMatchObject({ outcome, category, label });
	});

	it.each([4, 0, -1, 13, 99])(
		'The link status %i is unknown, and its label and hint show the number',
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

	it('The hint of an entry without a status says so', () => {
		const [entry] = readLinkList({ wxopens: { items: [{ username: 'gh_1' }] } });
		const { outcome, label, hint } = describeLinkStatus(entry.status);
		expect(outcome).toBe('unknownStatus');
		expect(`${label} ${hint.en}`).not.toMatch(/NaN|null|undefined/);
		expect(hint.en).toContain('without a link status');
	});
});

describe('Mini Programs without an entry', () => {
	it('A Mini Program without an entry is not linked, and the hint says how to invite it', () => {
		const state = describeNotListed(false, true);
		expect(state).toMatchObject({
			outcome: 'notLinked',
			category: 'success',
			label: 'not linked',
			whoActs: 'operator',
		});
		expect(state.hint.en).toContain('Send an invitation with Link');
	});

	it('The hint for an unlisted Mini Program says how to find a refused Mini Program if entries lack an appid', () => {
		const { outcome, hint } = describeNotListed(true, true);
		expect(outcome).toBe('notLinked');
		expect(hint.en).toMatch(/without an appid.*original ID/s);
	});

	it('The hint for an unlisted Mini Program says how to invite it if it was looked up by its original ID', () => {
		expect(describeNotListed(true, false).hint).toEqual(describeNotListed(false, false).hint);
		expect(describeNotListed(false, false).hint.en).toContain('Send an invitation with Link');
	});
});

describe('Whole lists', () => {
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
	])('The list of %j is of the form %s', (payload, form) => {
		expect(formOfList(payload)).toBe(form);
	});
});
