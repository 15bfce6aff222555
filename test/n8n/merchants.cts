import type { Behavior, Controls, MiniProgramInput, RelationState } from '../sandbox/index.cts';

/** What WeChat answers for a merchant; by default it sends the invitation. */
interface Fate {
	relation?: RelationState;
	miniProgram?: Partial<MiniProgramInput>;
	answer?: Behavior;
	/** WeChat knows no such Mini Program. */
	unknown?: true;
}

/** The merchants of the example with one account, at least one for each branch. */
const MERCHANTS: ReadonlyArray<[merchant: string, miniProgramAppId: string, fate?: Fate]> = [
	['Harbour Coffee', 'wxa4c123b1612dd272'],
	['Lotus Tea House', 'wxd1371c17149d4395'],
	['Old Town Bakery', 'wx36b3216fdaeeb975', { relation: 1 }],
	['Seven Stars Bookshop', 'wx729fae923d5a4fd1', { answer: { errcode: -1, times: 1 } }],
	['Willow Florist', 'wx2aabfe228f219e9c'],
	['Riverside Noodles', 'wxb0eb53f16947ccf2', { relation: 1 }],
	['Golden Carp Restaurant', 'wx5ec84d8dbc742547', { relation: 12 }],
	['Bamboo Yoga Studio', 'wx70f58904dba41ecc', { relation: 2 }],
	['Northern Light Opticians', 'wxcc3fc1626e53a130', { relation: 'linkingFromConsole' }],
	['Jade Pharmacy', 'wx43b026c48bbf33fe', { answer: { errcode: 89009 } }],
	['Sunny Kindergarten', 'wxff9243a8f506b409', { answer: { errcode: 89016 } }],
	['Blue Kite Toys', 'wx28b5b7a767c76fb0', { answer: { errcode: 89407 } }],
	['Red Lantern Hotel', 'wx08f86bebb2737f6a', { answer: { errcode: 1003 } }],
	['Plum Blossom Spa', 'wx6f0fb23c6f5da2ce', { miniProgram: { banned: true } }],
	['Cloud Nine Cinema', 'wxc255404e4fb44003', { miniProgram: { forbidsLinking: true } }],
	['Silk Road Carpets', 'wx4d6608697a8d41be', { miniProgram: { overseas: true } }],
	['Little Panda Clothing', 'wxd440e50454f31af3', { answer: { errcode: 1006 } }],
	['Mountain Gear', 'wx176813e02ea68ef7', { answer: { errcode: 61007 } }],
	['Evergreen Garden', 'wx86e4d3cea27d2693', { answer: { errcode: 61003 } }],
	['Copper Pot Kitchen', 'wx4b484e73cf575dca', { answer: { errcode: -1 } }],
	['Paper Crane Stationery', 'wxd6ba2b0aee0ca923', { answer: { htmlStatus: 502 } }],
	['White Horse Driving School', 'wx732881584d8c4fa2', { answer: { errcode: 880123 } }],
	['Morning Market', 'wx815d2802827283e0', { unknown: true }],
	['Quick Fix Repairs', 'wx-quick-fix', { unknown: true }],
];

/** Adds the merchants' Mini Programs, and sets WeChat's answers for them from any account. */
export async function addMiniPrograms(controls: Controls): Promise<void> {
	await controls.setLimits({
		sameCompanyLinks: null,
		otherCompanyLinks: null,
		linksPerMonth: null,
	});
	for (const [nickname, appId, fate = {}] of MERCHANTS) {
		if (fate.unknown) continue;
		await controls.addMiniProgram({ appId, nickname, ...fate.miniProgram });
		if (fate.answer) await controls.answerWith({ miniProgramAppId: appId }, fate.answer);
	}
}

/** Sets the present states of the merchants' links to an account. */
export async function setRelations(controls: Controls, account: string): Promise<void> {
	for (const [, appId, { relation } = {}] of MERCHANTS) {
		if (relation !== undefined) await controls.setRelation(account, appId, relation);
	}
}
