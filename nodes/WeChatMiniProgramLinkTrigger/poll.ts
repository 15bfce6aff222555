import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { Client } from '../calls/client';
import { limitConcurrency } from '../calls/limit';
import { Transport } from '../calls/transport';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { compare, sample } from './changes';
import { toFailure } from './failure';
import { changeItem, unavailableItem } from './item';
import { isDailyLimit, isDue, isLasting, isOutage, nextDayInBeijing, readWholeList } from './look';
import { newAccount, readMemory, writeMemory, type KnownAccount, type Memory } from './memory';
import { readSettings, type Settings } from './settings';
import { watchedBy, type Watched, type WatchedAccount } from './watched';

/** Milliseconds to wait for an answer, and calls for one look: the next look tries again anyway. */
const TIMEOUT = 10_000;
const TRIES = 2;
const MINUTE = 60_000;
/** Items and accounts of a test in the editor. */
const SAMPLES = 10;
const SAMPLED_ACCOUNTS = 5;

/** What one look at an account gave. */
interface Seen {
	items: IDataObject[];
	/** Whether something is to be remembered that no later look would find again. */
	isNews: boolean;
	obstacle?: Obstacle;
}

/** One poll of the trigger, with everything that its looks share. */
export class Poll {
	private readonly settings: Settings;

	private readonly client: Client;

	private readonly now = Date.now();

	/** @param isActivation whether the workflow is being published */
	constructor(
		private readonly context: IPollFunctions,
		private readonly isActivation = false,
	) {
		this.settings = readSettings(context);
		const transport = new Transport(context, TIMEOUT);
		this.client = new Client(transport, { maxTries: TRIES, waitsForNextMinute: false });
	}

	/**
	 * Looks at the accounts that are due.
	 *
	 * @param isCurrent whether this poll still speaks for the trigger
	 * @returns items; an empty list where nothing started but something has to be kept, since n8n
	 *   saves static data only with a list; null where nothing happened
	 * @throws NodeApiError when nothing could be looked at, but at the activation
	 */
	async run(isCurrent: () => boolean): Promise<INodeExecutionData[] | null> {
		const watched = await watchedBy(this.context, this.settings, this.client);
		if (isObstacle(watched)) return this.refuse(watched);
		try {
			return await this.look(watched, isCurrent);
		} finally {
			await watched.settle();
		}
	}

	/** The present state of some accounts; remembers nothing. */
	async sample(): Promise<INodeExecutionData[] | null> {
		const { context, settings, client, now } = this;
		const watched = await watchedBy(context, settings, client);
		if (isObstacle(watched)) throw toFailure(context, watched, now, settings.language);
		const items: IDataObject[] = [];
		try {
			const { found, obstacle } = await watched.accounts([]);
			let failed = found.length > 0 ? undefined : obstacle;
			for (const account of found.slice(0, SAMPLED_ACCOUNTS)) {
				const entries = await readWholeList(await watched.open(account), client);
				if (isObstacle(entries)) {
					failed ??= entries;
					continue;
				}
				const look = { account: account.id, before: undefined, entries, count: 0, now };
				const changes = sample({ ...look, waitingDays: settings.waitingDays });
				items.push(...changes.map((one) => changeItem(one, account.appId, now, settings.language)));
				if (items.length >= SAMPLES) break;
			}
			if (items.length === 0 && failed) throw toFailure(context, failed, now, settings.language);
		} finally {
			await watched.settle();
		}
		return items.length > 0 ? items.slice(0, SAMPLES).map((json) => ({ json })) : null;
	}

	/** n8n would give the trigger up for good where it throws at the activation; the next poll tells. */
	private refuse(obstacle: Obstacle): null {
		const { context, isActivation, now, settings } = this;
		if (!isActivation) throw toFailure(context, obstacle, now, settings.language);
		context.logger.warn(obstacle.problem);
		return null;
	}

	private async look(
		watched: Watched,
		isCurrent: () => boolean,
	): Promise<INodeExecutionData[] | null> {
		const { context, settings, now } = this;
		const data = context.getWorkflowStaticData('node');
		const memory = readMemory(data, watched.origin, now);
		const { found, obstacle } = await watched.accounts(memory.accounts.keys());
		const general = (await watched.obstacle()) ?? (found.length === 0 ? obstacle : undefined);
		if (general) return this.refuse(general);
		const after: Memory = { ...memory, accounts: new Map() };
		const limit = limitConcurrency(settings.maxConcurrency);
		const lookAt = async (account: WatchedAccount): Promise<Seen | undefined> => {
			const known = { ...(memory.accounts.get(account.id) ?? newAccount()) };
			after.accounts.set(account.id, known);
			if (!isDue(known, settings.quietInterval, now)) return undefined;
			const seen = await this.lookAt(watched, account, known, memory);
			if (account.isGone && known.isUnavailable) after.accounts.delete(account.id);
			return seen;
		};
		const seen = (
			await Promise.all(found.map(async (account) => await limit(lookAt, account)))
		).filter((one) => one !== undefined);
		if (!isCurrent()) return null;

		writeMemory(data, watched.origin, after);
		const items = seen.flatMap((one) => one.items).filter(({ event }) => this.isWanted(event));
		if (items.length > 0) return items.map((json) => ({ json }));
		const failed = seen.flatMap((one) => one.obstacle ?? []);
		// One account of many that cannot be called is no reason to look at the others less often.
		const isGeneral =
			failed.length === seen.length && (seen.length === found.length || failed.every(isOutage));
		if (failed.length > 0 && isGeneral) return this.refuse(failed[0]);
		if (failed.length > 0) {
			context.logger.warn(
				`${failed.length} Official Accounts could not be looked at, one of them: ${failed[0].problem}`,
			);
		}
		return seen.some(({ isNews }) => isNews) ? [] : null;
	}

	/** Looks at one account and notes in `known` what is to be remembered of it. */
	private async lookAt(
		watched: Watched,
		account: WatchedAccount,
		known: KnownAccount,
		{ isNew, startedAt }: Memory,
	): Promise<Seen> {
		const { now, settings } = this;
		const { appId, authorizedAt = 0 } = account;
		const entries = await readWholeList(await watched.open(account), this.client, known.links);
		if (isObstacle(entries)) return this.note(entries, account, known);

		const before = known.links;
		const { changes, after } = compare({
			account: account.id,
			before,
			entries,
			count: known.count,
			now,
			waitingDays: settings.waitingDays,
			isNewAccount: !isNew && authorizedAt >= startedAt * 1000,
		});
		const isNews = before === undefined || changes.length > 0 || known.isUnavailable;
		known.links = after;
		known.count += changes.length;
		known.lookedAt = Math.floor(now / MINUTE);
		known.heldUntil = 0;
		known.isUnavailable = false;
		const items = changes.map((one) => changeItem(one, appId, now, settings.language));
		return { items, isNews };
	}

	/** Notes why an account could not be looked at, and tells once that somebody has to act. */
	private note(obstacle: Obstacle, account: WatchedAccount, known: KnownAccount): Seen {
		const { now, settings } = this;
		const seen: Seen = { items: [], isNews: false, obstacle };
		if (isDailyLimit(obstacle)) known.heldUntil = Math.ceil(nextDayInBeijing(now) / MINUTE);
		if (!isLasting(obstacle)) return seen;
		known.lookedAt = Math.floor(now / MINUTE);
		if (known.isUnavailable) return seen;
		seen.items.push(unavailableItem(obstacle, account.appId, known.count, now, settings.language));
		known.isUnavailable = true;
		known.count++;
		return seen;
	}

	private isWanted(event: unknown): boolean {
		return this.settings.triggerOn.has(String(event));
	}
}
