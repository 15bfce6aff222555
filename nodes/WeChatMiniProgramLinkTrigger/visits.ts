import type { IDataObject } from 'n8n-workflow';

import { isOtherKind } from '../wechat/accountKind';
import { nextDayInBeijing } from '../wechat/errcodes';
import type { LinkEntry } from '../wechat/linkList';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { compare, hasLost, openSinceOf, withEarlier, type KnownLinks } from './changes';
import { changeItem, unavailableItem } from './item';
import {
	newAccount,
	packAccount,
	packLinks,
	RESTS_FROM,
	unpackAccount,
	unpackLinks,
	type KnownAccount,
	type Memory,
} from './memory';
import { isDailyLimit, isDue, isLasting } from './schedule';
import type { Settings } from './settings';
import type { Watched, WatchedAccount } from './watched';

const MINUTE = 60_000;

/** The outcome of a visit to an account. */
export interface Visit {
	account: WatchedAccount;
	/** What to remember about the account. */
	known: KnownAccount;
	items: IDataObject[];
	/** Whether n8n has to save something that no later visit would find again. */
	isNews: boolean;
	/** Why the visit did not get the list. */
	obstacle?: Obstacle;
}

/** The visits to the accounts in one poll. */
export class Visits {
	/** Number of accounts not known to be of another kind, whether due or not. */
	accounts = 0;

	/**
	 * @param memory what the trigger remembered before this poll
	 * @param after what it has to remember afterwards; the visits put each watched account into it
	 * @param quietVisits minutes since 1970 of this process's visits that found nothing new, by account
	 */
	constructor(
		private readonly watched: Watched,
		private readonly settings: Settings,
		private readonly now: number,
		private readonly memory: Memory,
		private readonly after: Memory,
		private readonly quietVisits: Map<string, number>,
	) {}

	/**
	 * Visits the accounts that are due, until time runs out. It always visits the first ones, so that each
	 * poll makes progress.
	 */
	async make(found: readonly WatchedAccount[], isOver: () => boolean): Promise<Visit[]> {
		const { maxConcurrency } = this.settings;
		const visits: Array<Visit | undefined> = [];
		const due = this.dueOf(found);
		const queue = due.entries();
		const visitNext = async () => {
			for (const [n, account] of queue) {
				if (n >= maxConcurrency && isOver()) this.leave(account);
				else visits[n] = await this.visit(account);
			}
		};
		await Promise.all(Array.from({ length: Math.min(maxConcurrency, due.length) }, visitNext));
		return visits.filter((visit) => visit !== undefined);
	}

	/** Puts what a visit found out about an account into the memory. */
	remember({ account, known }: Visit): void {
		if (account.isGone && known.isUnavailable) return;
		this.after.accounts.set(account.id, packAccount(known));
	}

	/** The accounts that are due, those that have waited longest first. */
	private dueOf(found: readonly WatchedAccount[]): WatchedAccount[] {
		const due: Array<[visitedAt: number, account: WatchedAccount]> = [];
		for (const account of found) {
			const { id, isGone, changedAt } = account;
			const other = this.memory.others.get(id);
			if (other) {
				if (!isGone) this.after.others.set(id, other);
				continue;
			}
			this.accounts++;
			const known = this.knownOf(account);
			const isNow = isDue(known, this.settings.quietInterval, this.now, changedAt);
			if (isNow) due.push([known.visitedAt, account]);
			else this.leave(account);
		}
		return due.sort(([one], [other]) => one - other).map(([, account]) => account);
	}

	/** Keeps what the trigger remembers about an account that this poll does not visit. */
	private leave(account: WatchedAccount): void {
		const { id } = account;
		const text = this.memory.accounts.get(id) ?? packAccount(this.knownOf(account));
		this.after.accounts.set(id, text);
	}

	/** @returns undefined if the account is of another kind, which has no links */
	private async visit(account: WatchedAccount): Promise<Visit | undefined> {
		const { id } = account;
		const known = this.knownOf(account);
		const before = known.links === undefined ? undefined : unpackLinks(known.links);
		const entries = await this.read(account, before, known.isEmptied);
		const visit = isObstacle(entries)
			? this.miss(account, known, entries)
			: this.compare(account, known, before, entries);
		// If n8n does not take what is new, the next visit has to find it again.
		if (visit.isNews || visit.obstacle) this.quietVisits.delete(id);
		else this.quietVisits.set(id, known.visitedAt);
		const kind = visit.obstacle?.accountKind;
		if (isOtherKind(kind)) {
			this.accounts--;
			this.after.others.set(id, kind);
			return undefined;
		}
		this.remember(visit);
		return visit;
	}

	private knownOf(account: WatchedAccount): KnownAccount {
		const { id } = account;
		const text = this.memory.accounts.get(id);
		const known =
			text === undefined ? this.firstOf(account) : (unpackAccount(text) ?? newAccount());
		known.visitedAt = Math.max(known.visitedAt, this.quietVisits.get(id) ?? 0);
		return known;
	}

	/**
	 * An account is new if the platform lists it now, but did not when the trigger last read the whole
	 * list.
	 */
	private firstOf({ listedSince }: WatchedAccount): KnownAccount {
		const isNew = this.memory.isWhole && listedSince !== undefined;
		return { ...newAccount(), isNew, count: isNew ? listedSince : 0 };
	}

	/**
	 * Reads the account's list. An entry counts as missing only if it is missing twice: if some entries are
	 * missing, the list is read again at once; if all are, the next visit reads it again.
	 *
	 * @param before the links at the previous visit; undefined at the first one
	 * @param isEmptied whether the previous visit found the list emptied
	 * @returns undefined if this is the first visit that finds the list emptied
	 */
	private async read(
		account: WatchedAccount,
		before: KnownLinks | undefined,
		isEmptied: boolean,
	): Promise<readonly LinkEntry[] | undefined | Obstacle> {
		const read = await this.watched.read(account);
		if (isObstacle(read)) return read;
		const { entries, isLeftOut } = read;
		if (entries.length === 0) {
			const isDoubtful = before ? before.size > 0 : isLeftOut;
			return isDoubtful && !isEmptied ? undefined : entries;
		}
		if (!hasLost(before, entries)) return entries;
		const again = await this.watched.read(account);
		return isObstacle(again) ? again : withEarlier(again.entries, entries);
	}

	/** Turns the changes in the list into items, and notes in `known` what to remember. */
	private compare(
		account: WatchedAccount,
		known: KnownAccount,
		before: KnownLinks | undefined,
		entries: readonly LinkEntry[] | undefined,
	): Visit {
		const { now, settings } = this;
		const wasAway = known.isUnavailable || known.isEmptied || known.misses >= RESTS_FROM;
		known.visitedAt = Math.floor(now / MINUTE);
		known.heldUntil = 0;
		known.misses = 0;
		known.isEmptied = entries === undefined;
		if (entries === undefined) return { account, known, items: [], isNews: true };

		const { changes, after } = compare({
			account: account.id,
			before,
			entries,
			count: known.count,
			now,
			waitingDays: settings.waitingDays,
			isNewAccount: known.isNew,
		});
		const isNews = before === undefined || changes.length > 0 || wasAway;
		known.links = packLinks(after);
		known.openSince = openSinceOf(after);
		known.count += changes.length;
		known.isUnavailable = false;
		known.isNew = false;
		const items = changes.map((one) => changeItem(one, account.appId, now, settings.language));
		return { account, known, items, isNews };
	}

	/** Notes in `known` why the list could not be read, and reports once that somebody has to act. */
	private miss(account: WatchedAccount, known: KnownAccount, obstacle: Obstacle): Visit {
		const { now, settings } = this;
		const visit: Visit = { account, known, items: [], isNews: false, obstacle };
		if (isDailyLimit(obstacle)) known.heldUntil = Math.ceil(nextDayInBeijing(now) / MINUTE);
		if (!isLasting(obstacle) || known.isUnavailable) return visit;
		// Only an Official Account has ever had a list.
		const accountKind =
			obstacle.accountKind ?? (known.links === undefined ? undefined : 'officialAccount');
		const about = { ...obstacle, accountKind };
		visit.items.push(unavailableItem(about, account.appId, known.count, now, settings.language));
		known.isUnavailable = true;
		known.count++;
		return visit;
	}
}
