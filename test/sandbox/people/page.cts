import type { Controls } from '../controls/controls.cts';
import type { PageContent } from './html.cts';
import { markup, zh } from './html.cts';
import type { World } from '../world.cts';

/** What a button does, always by means of the controls. */
export interface Action {
	/** A promise of null means that nothing changed. */
	readonly run: (controls: Controls, appId: string, fields: URLSearchParams) => Promise<unknown>;
	/** What the page says afterwards. */
	readonly done: string;
	/** What it says if nothing changed. */
	readonly unchanged?: string;
}

/** One kind of page; each page has an appid. */
export interface Page {
	/** Null if nobody here has that appid. */
	readonly show: (world: World, appId: string) => PageContent | null;
	readonly actions: Readonly<Record<string, Action>>;
}

export const PEOPLE_PATH = '/people';

/** The names of the people's pages in their addresses. */
export type PageName = 'official-account' | 'mini-program' | 'platform' | 'developer-platform';

/** WeChat's names for the sites of these pages. */
export const sites = {
	accounts: markup`WeChat Official Accounts Platform ${zh('微信公众平台')}`,
	openPlatform: markup`WeChat Open Platform ${zh('微信开放平台')}`,
	developerPlatform: markup`WeChat Developer Platform ${zh('微信开发者平台')}`,
	weChat: markup`WeChat ${zh('微信')}`,
} as const;

export function addressOf(page: PageName, appId: string): string {
	return `${PEOPLE_PATH}/${page}/${appId}`;
}
