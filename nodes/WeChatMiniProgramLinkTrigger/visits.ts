import type { IDataObject } from 'n8n-workflow';

import type { Client } from '../calls/client';
import { isOtherKind } from '../wechat/accountKind';
import { nextDayInBeijing } from '../wechat/errcodes';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { compare, openSinceOf } from './changes';
import { changeItem, unavailableItem } from './item';
import { isDailyLimit, isDue, isLasting, readBelievedList } from './schedule';
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
import type { Settings } from './settings';
import type { Watched, WatchedAccount } from './watched';

const MINUTE = 60_000;

/** What one look at an account gave. */
export interface Seen {
	account: WatchedAccount;
	/** What is remembered of the account. */
	known: KnownAccount;
	items: IDataObject[];
	/** Whether something is to be remembered that no later look would find again. */
	isNews: boolean;
	obstacle?: Obstacle;
}

/** A look that did not get the list. */
export type Missed = Seen & { obstacle: Obstacle };

/** The looks at the accounts in one poll. */
export class AccountLooks {
	/** Accounts that are no others, as far as is known: those that were due, and those that were not. */
	accounts = 0;

	/**
	 * @param memory what is remembered of the looks before
	 * @param after what is to be remembered; each account that is watched is put into it
	 * @param quietLooks minutes since 1970 of looks in this process that found nothing new, by account
	 */
	constructor(
		private readonly watched: Watched,
		private readonly client: Client,
		private readonly settings: Settings,
		private readonly now: number,
		private readonly memory: Memory,
		private readonly after: Memory,
		private readonly quietLooks: Map<string, number>,
	) {}

	/** The accounts that it is time to look at, first those that have waited longest. */
	dueOf(watched: readonly WatchedAccount[]): WatchedAccount[] {
		const due: Array<[lookedAt: number, account: WatchedAccount]> = [];
		for (const account of watched) {
			const { id, isGone, changedAt } = account;
			const other = this.memory.others.get(id);
			if (other) {
				if (!isGone) this.after.others.set(id, other);
				continue;
			}
			this.accounts++;
			const known = this.knownOf(account);
			const isNow = isDue(known, this.settings.quietInterval, this.now, changedAt);
			if (isNow) due.push([known.lookedAt, account]);
			else this.leave(account);
		}
		return due.sort(([one], [other]) => one - other).map(([, account]) => account);
	}

	/** An account that is not looked at in this poll is remembered as it is. */
	leave(account: WatchedAccount): void {
		const { id } = account;
		const text = this.memory.accounts.get(id) ?? packAccount(this.knownOf(account));
		this.after.accounts.set(id, text);
	}

	/** Looks at one account. @returns undefined if it is none that has links */
	async look(account: WatchedAccount): Promise<Seen | undefined> {
		const { id } = account;
		const known = this.knownOf(account);
		const seen = await this.lookAt(account, known);
		// What is new has to be found again by the next look if n8n does not take it.
		if (seen.isNews || seen.obstacle) this.quietLooks.delete(id);
		else this.quietLooks.set(id, known.lookedAt);
		const kind = seen.obstacle?.accountKind;
		if (isOtherKind(kind)) {
			this.accounts--;
			this.after.others.set(id, kind);
			return undefined;
		}
		this.remember(seen);
		return seen;
	}

	/** Puts what is known of an account now into what is to be remembered. */
	remember({ account, known }: Seen): void {
		if (account.isGone && known.isUnavailable) return;
		this.after.accounts.set(account.id, packAccount(known));
	}

	private knownOf(account: WatchedAccount): KnownAccount {
		const { id } = account;
		const text = this.memory.accounts.get(id);
		const known =
			text === undefined ? this.firstOf(account) : (unpackAccount(text) ?? newAccount());
		known.lookedAt = Math.max(known.lookedAt, this.quietLooks.get(id) ?? 0);
		return known;
	}

	/** An account is new if it is listed and was missing from the whole list before. */
	private firstOf({ listedSince }: WatchedAccount): KnownAccount {
		const isNew = this.memory.isWhole && listedSince !== undefined;
		return { ...newAccount(), isNew, count: isNew ? listedSince : 0 };
	}

	/** Looks at one account and notes in `known` what is to be remembered of it. */
	private async lookAt(account: WatchedAccount, known: KnownAccount): Promise<Seen> {
		const { now, settings, watched, client } = this;
		const { appId } = account;
		const before = known.links === undefined ? undefined : unpackLinks(known.links);
		const called = await watched.open(account);
		const entries = await readBelievedList(called, client, before, known.isEmptied);
		if (isObstacle(entries)) return this.note(entries, account, known);

		const wasAway = known.isUnavailable || known.isEmptied || known.misses >= RESTS_FROM;
		known.lookedAt = Math.floor(now / MINUTE);
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
		const items = changes.map((one) => changeItem(one, appId, now, settings.language));
		return { account, known, items, isNews };
	}

	/** Notes why an account could not be looked at, and tells once that somebody has to act. */
	private note(obstacle: Obstacle, account: WatchedAccount, known: KnownAccount): Seen {
		const { now, settings } = this;
		const seen: Seen = { account, known, items: [], isNews: false, obstacle };
		if (isDailyLimit(obstacle)) known.heldUntil = Math.ceil(nextDayInBeijing(now) / MINUTE);
		if (!isLasting(obstacle) || known.isUnavailable) return seen;
		// Whoever has had a list is an Official Account.
		const accountKind =
			obstacle.accountKind ?? (known.links === undefined ? undefined : 'officialAccount');
		const about = { ...obstacle, accountKind };
		seen.items.push(unavailableItem(about, account.appId, known.count, now, settings.language));
		known.isUnavailable = true;
		known.count++;
		return seen;
	}
}
