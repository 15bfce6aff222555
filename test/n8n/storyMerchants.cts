import { createHash } from 'node:crypto';
import type { Behavior, Controls, MiniProgramInput } from '../sandbox/index.cts';

/** Permission sets; 33 is the one for links. */
export const ALL_SETS = [1, 33];
const WITHOUT_LINKS = [1];

/** Stations of a road; several states of the Data Table may mean the same station. */
export type Station =
	| 'new'
	| 'authorized'
	| 'set 33 missing'
	| 'invited'
	| 'OA agreed'
	| 'linked'
	| 'refused'
	| 'removed'
	| 'not sent'
	| 'withdrawn';

/** An action in a round, and where it leads. */
export interface Turn {
	/** The merchant opens its page and ticks these permission sets. */
	ticks?: number[];
	/** An action in a console, or the answer to a template message. */
	act?: (controls: Controls, account: string, miniProgram: string) => Promise<unknown>;
	leadsTo: Station;
	/** Whether WeChat pushes the change to the platform; only a poll finds other changes. */
	isPushed?: true;
}

/** A merchant of the story. */
export interface StoryMerchant {
	merchant: string;
	officialAccountAppId: string;
	miniProgramAppId: string;
	/** One turn for each round, or null. */
	turns: ReadonlyArray<Turn | null>;
	/** What is special about its Mini Program. */
	miniProgram: Partial<MiniProgramInput>;
	/** An answer code in place of the invitation. */
	answer?: Behavior;
}

const authorizes: Turn = { ticks: ALL_SETS, leadsTo: 'invited', isPushed: true };
const authorizesInVain: Turn = { ticks: ALL_SETS, leadsTo: 'not sent', isPushed: true };
const forgetsSet33: Turn = { ticks: WITHOUT_LINKS, leadsTo: 'set 33 missing', isPushed: true };
const grantsSet33: Turn = {
	act: (controls, account) => controls.reauthorize({ account, permissionSets: ALL_SETS }),
	leadsTo: 'invited',
	isPushed: true,
};
const withdraws: Turn = {
	act: (controls, account) => controls.withdraw(account),
	leadsTo: 'withdrawn',
	isPushed: true,
};
const oaAgrees: Turn = {
	act: (controls, account, app) => controls.officialAccountAdminAgrees(account, app),
	leadsTo: 'OA agreed',
};
const oaRefuses: Turn = {
	act: (controls, account, app) => controls.officialAccountAdminRefuses(account, app),
	leadsTo: 'removed',
};
const mpAgrees: Turn = {
	act: (controls, account, app) => controls.miniProgramAdminAgrees(account, app),
	leadsTo: 'linked',
};
const mpRefuses: Turn = {
	act: (controls, account, app) => controls.miniProgramAdminRefuses(account, app),
	leadsTo: 'refused',
};

const LINKED = [authorizes, oaAgrees, mpAgrees];

type Special = Pick<StoryMerchant, 'answer'> & Partial<Pick<StoryMerchant, 'miniProgram'>>;

const LIST: Array<[merchant: string, turns: StoryMerchant['turns'], special?: Special]> = [
	['Ada Tea 艾达茶馆', LINKED],
	['Bo Books 博书店', LINKED],
	['Dawn Bakery 晨光面包', LINKED],
	['East Lake Optics', LINKED],
	['Fern & Fig', LINKED],
	['Harvest Market 丰收超市', LINKED],
	['Grey Heron Hotel', [forgetsSet33, grantsSet33, oaAgrees, mpAgrees]],
	['Hill Station Coffee', [forgetsSet33]],
	['Indigo Cinema 靛蓝影院', [authorizes, oaRefuses]],
	['Jasmine House 茉莉', [authorizes, oaAgrees, mpRefuses]],
	['Kite Toys', [authorizes]],
	['Lotus Clinic 荷花诊所', [authorizes, oaAgrees]],
	['Maple Street Gym', [authorizesInVain], { miniProgram: { forbidsLinking: true } }],
	['Nanshan Noodles 南山面馆', [authorizesInVain], { answer: { errcode: 89009 } }],
	['Orchid Spa', [authorizesInVain], { answer: { errcode: -1 } }],
	['Pine Travel 松树旅行', [authorizes, oaAgrees, mpAgrees, withdraws]],
	['Quiet River Yoga', []],
];

/** How many rounds there are. */
export const ROUNDS = Math.max(...LIST.map(([, turns]) => turns.length));

const appIdOf = (text: string) =>
	`wx${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

/** The merchants of the story. */
export const STORY: readonly StoryMerchant[] = LIST.map(
	([merchant, turns, { miniProgram = {}, answer } = {}]) => ({
		merchant,
		officialAccountAppId: appIdOf(`${merchant}, Official Account`),
		miniProgramAppId: appIdOf(`${merchant}, Mini Program`),
		turns,
		miniProgram,
		answer,
	}),
);
