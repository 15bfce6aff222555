import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { linksOf } from '../accounts/links';
import { Client, type Answer } from '../calls/client';
import { limitConcurrency } from '../calls/limit';
import { Transport } from '../calls/transport';
import { describeErrcode } from '../wechat/errcodes';
import { explainReply } from '../wechat/explain';
import type { LinkList } from '../wechat/linkList';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { retryAtOf } from '../wechat/retryAt';
import { isOpen, takeIn } from './changes';
import { itemOf, unavailableItem, type Sight } from './item';
import { newAccount, readMemory, writeMemory, type KnownAccount, type Memory } from './memory';
import { readSettings, type Settings } from './settings';
import { watchAccount, watchPlatform, type Watched } from './watched';

/** Milliseconds to wait for an answer, and calls while none comes. */
const TIMEOUT = 10_000;
const TRIES = 2;

/** Minutes between two lists of the platform's accounts. */
const LIST_EVERY = 10;

/** An invitation that has been open for so many times as long is looked at so much less often. */
const AGE_PER_PAUSE = 24;

/** What an operator has to do when an account is no longer among those of the platform. */
const NO_LONGER_LISTED = 61003;

/** Stands for an account that is no longer among those of the platform. */
const UNTIL_LISTED = Number.MAX_SAFE_INTEGER;

const toMinutes = (milliseconds: number): number => Math.floor(milliseconds / 60_000);

/** The accounts that a trigger watches, and WeChat as it calls it. */
export async function watchedBy(
	context: IPollFunctions,
	settings: Settings,
): Promise<{ watched: Watched | Obstacle; client: Client }> {
	const transport = new Transport(context, TIMEOUT);
	const client = new Client(transport, { maxTries: TRIES, waitsForNextMinute: false });
	const watched = settings.isOpenPlatform
		? await watchPlatform(context, client, settings.selected)
		: await watchAccount(context);
	return { watched, client };
}

/**
 * Looks at every account whose turn it is, with one call each, and remembers what is there.
 *
 * @param now milliseconds since 1970
 */
export async function look(context: IPollFunctions, now: number): Promise<Seen> {
	const settings = readSettings(context);
	const { watched, client } = await watchedBy(context, settings);
	if (isObstacle(watched)) return { items: [], obstacles: [watched], general: watched };
	const data = context.getWorkflowStaticData('node');
	const memory = readMemory(data, watched.of);
	const sight: Sight = { of: watched.of, language: settings.language, now };
	const seen = await new Look(settings, watched, client, memory, sight).take();
	writeMemory(data, watched.of, memory);
	await watched.settle();
	return seen;
}

/** What came of a look. */
export interface Seen {
	/** In the order of the accounts. */
	items: IDataObject[];
	/** What kept accounts from being looked at. */
	obstacles: Obstacle[];
	/** What keeps all of them from it. */
	general?: Obstacle;
}

class Look {
	private readonly minute: number;

	constructor(
		private readonly settings: Settings,
		private readonly watched: Watched,
		private readonly client: Client,
		private readonly memory: Memory,
		private readonly sight: Sight,
	) {
		this.minute = toMinutes(sight.now);
	}

	async take(): Promise<Seen> {
		const { settings, watched, memory } = this;
		const gone = await this.listAccounts();
		if (isObstacle(gone)) return { items: [], obstacles: [gone], general: gone };
		const due = [...memory.accounts].filter(([, known]) => this.isDue(known));
		const obstacle = due.length > 0 ? await watched.obstacle() : undefined;
		if (obstacle) return { items: gone, obstacles: [obstacle], general: obstacle };
		const limit = limitConcurrency(settings.maxConcurrency);
		const lookAt = async (appId: string, known: KnownAccount) => await this.lookAt(appId, known);
		const looks = await Promise.all(
			due.map(async ([appId, known]) => await limit(lookAt, appId, known)),
		);
		const items = [...gone, ...looks.flatMap((one) => one.items)];
		const obstacles = looks.flatMap(({ obstacle: own }) => own ?? []);
		const isGeneral =
			obstacles.length === due.length &&
			(due.length === memory.accounts.size || obstacles.every(isOutage));
		return { items, obstacles, general: isGeneral ? obstacles[0] : undefined };
	}

	/**
	 * Brings the accounts that are remembered up to date.
	 *
	 * @returns what is told of accounts that are no longer there
	 */
	private async listAccounts(): Promise<IDataObject[] | Obstacle> {
		const { memory, settings, watched } = this;
		const isAll = settings.isOpenPlatform && settings.selected === undefined;
		if (isAll && this.minute - memory.listedAt < LIST_EVERY) return [];
		const listed = await watched.list();
		if (isObstacle(listed)) return listed;
		memory.listedAt = this.minute;
		for (const appId of listed) {
			const known = memory.accounts.get(appId) ?? newAccount();
			if (known.heldUntil === UNTIL_LISTED) known.heldUntil = 0;
			memory.accounts.set(appId, known);
		}
		const items: IDataObject[] = [];
		const stays = new Set(listed);
		for (const [appId, known] of memory.accounts) {
			if (stays.has(appId)) continue;
			if (!isAll) memory.accounts.delete(appId);
			else if (known.heldUntil !== UNTIL_LISTED) {
				items.push(...this.lose(appId, known, describeErrcode(NO_LONGER_LISTED)));
				// Should it come back, its links are looked at as if for the first time.
				Object.assign(known, { lookedAt: 0, heldUntil: UNTIL_LISTED, links: new Map() });
			}
		}
		return items;
	}

	/** An account with an open invitation comes first; the older that is, the less often. */
	private isDue({ lookedAt, heldUntil, links }: KnownAccount): boolean {
		if (this.minute < heldUntil) return false;
		const open = [...links.values()].filter(({ status }) => isOpen(status));
		const newest = Math.max(...open.map(({ since }) => since), 0);
		const { quietInterval } = this.settings;
		const pause = Math.min(quietInterval, (this.minute - newest) / AGE_PER_PAUSE);
		return this.minute - lookedAt >= pause;
	}

	private async lookAt(
		appId: string,
		known: KnownAccount,
	): Promise<{ items: IDataObject[]; obstacle?: Obstacle }> {
		const { client, watched, settings, sight } = this;
		const { answer, list } = await linksOf(watched.accountOf(appId), client);
		if (answer.errcode !== 0) return this.miss(appId, known, answer);
		if (!hasList(answer, list, known)) return { items: [] };
		known.heldUntil = 0;
		known.isUnavailable = false;
		const days = settings.triggerOn.has('waiting') ? settings.waitingDays : undefined;
		const changes = takeIn(known, list, this.minute, days);
		const wanted = changes.filter(({ event }) => settings.triggerOn.has(event));
		return { items: wanted.map((change) => itemOf(change, appId, sight)) };
	}

	/** An answer that is a refusal, or none at all, says nothing about the links. */
	private miss(
		appId: string,
		known: KnownAccount,
		answer: Answer,
	): { items: IDataObject[]; obstacle: Obstacle } {
		const obstacle = answer.obstacle ?? explainReply(answer, 'wxamplinkget');
		const { retryAfter = 'none', errcode = null } = obstacle;
		if (retryAfter === 'nextDay') {
			const next = retryAtOf(retryAfter, errcode, this.sight.now) ?? '';
			known.heldUntil = toMinutes(Date.parse(next));
		}
		return { items: isOwn(obstacle) ? this.lose(appId, known, obstacle) : [], obstacle };
	}

	/** Tells once that an account cannot be called, and leaves it alone for a while. */
	private lose(
		appId: string,
		known: KnownAccount,
		why: Pick<Obstacle, 'hint' | 'whoActs'>,
	): IDataObject[] {
		if (this.settings.isOpenPlatform) known.heldUntil = this.minute + this.settings.quietInterval;
		if (known.isUnavailable) return [];
		known.isUnavailable = true;
		const items = this.settings.triggerOn.has('accountUnavailable')
			? [unavailableItem(why, appId, known.losses, this.sight)]
			: [];
		known.losses++;
		return items;
	}
}

/** Whether it is this account that cannot be called, rather than all or for a moment. */
function isOwn({ category, whoActs }: Obstacle): boolean {
	return (category === 'authorization' || category === 'forbidden') && whoActs !== 'provider';
}

/** Whether WeChat is out of order or cannot be reached. */
function isOutage({ category, errcode }: Obstacle): boolean {
	return category === 'retryable' && (errcode === null || errcode === -1);
}

/**
 * Whether the answer tells what links there are. One without a list may mean that there are none:
 * that is believed when it comes twice.
 */
function hasList({ payload }: Answer, list: LinkList, known: KnownAccount): boolean {
	const items = (payload.wxopens as { items?: unknown } | undefined)?.items;
	const isDoubtful = !Array.isArray(items) && list.entries.length === 0 && known.links.size > 0;
	const isBelieved = !isDoubtful || (known.hadNoList && items === undefined);
	known.hadNoList = isDoubtful;
	return isBelieved;
}
