import type { IDataObject } from 'n8n-workflow';

import type { Client } from '../calls/client';
import { isOtherKind } from '../wechat/accountKind';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { compare } from './changes';
import { changeItem, unavailableItem } from './item';
import { isDailyLimit, isDue, isLasting, nextDayInBeijing, readBelievedList } from './look';
import { newAccount, RESTS_FROM, type KnownAccount, type Memory } from './memory';
import type { Settings } from './settings';
import type { Watched, WatchedAccount } from './watched';

const MINUTE = 60_000;

/** What one look at an account gave. */
export interface Seen {
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
	 */
	constructor(
		private readonly watched: Watched,
		private readonly client: Client,
		private readonly settings: Settings,
		private readonly now: number,
		private readonly memory: Memory,
		private readonly after: Memory,
	) {}

	/** Looks at one account if it is time to, and if it is an Official Account. */
	async lookIfDue(account: WatchedAccount): Promise<Seen | undefined> {
		const { memory, after } = this;
		const { id, isGone, changedAt } = account;
		const other = memory.others.get(id);
		if (other) {
			if (!isGone) after.others.set(id, other);
			return undefined;
		}
		this.accounts++;
		const known = { ...(memory.accounts.get(id) ?? newAccount()) };
		after.accounts.set(id, known);
		if (!isDue(known, this.settings.quietInterval, this.now, changedAt)) return undefined;
		const seen = await this.lookAt(account, known);
		const kind = seen.obstacle?.accountKind;
		if (isOtherKind(kind)) {
			this.accounts--;
			after.others.set(id, kind);
		}
		if (isOtherKind(kind) || (isGone && known.isUnavailable)) after.accounts.delete(id);
		return isOtherKind(kind) ? undefined : seen;
	}

	/** Looks at one account and notes in `known` what is to be remembered of it. */
	private async lookAt(account: WatchedAccount, known: KnownAccount): Promise<Seen> {
		const { now, settings, watched, client } = this;
		const { isNew, startedAt } = this.memory;
		const { appId, authorizedAt = 0 } = account;
		const entries = await readBelievedList(await watched.open(account), client, known);
		if (isObstacle(entries)) return this.note(entries, account, known);

		const wasAway = known.isUnavailable || known.isEmptied || known.misses >= RESTS_FROM;
		known.lookedAt = Math.floor(now / MINUTE);
		known.heldUntil = 0;
		known.misses = 0;
		known.isEmptied = entries === undefined;
		if (entries === undefined) return { known, items: [], isNews: true };

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
		const isNews = before === undefined || changes.length > 0 || wasAway;
		known.links = after;
		known.count += changes.length;
		known.isUnavailable = false;
		const items = changes.map((one) => changeItem(one, appId, now, settings.language));
		return { known, items, isNews };
	}

	/** Notes why an account could not be looked at, and tells once that somebody has to act. */
	private note(obstacle: Obstacle, account: WatchedAccount, known: KnownAccount): Seen {
		const { now, settings } = this;
		const seen: Seen = { known, items: [], isNews: false, obstacle };
		if (isDailyLimit(obstacle)) known.heldUntil = Math.ceil(nextDayInBeijing(now) / MINUTE);
		if (!isLasting(obstacle) || known.isUnavailable) return seen;
		// Whoever has had a list is an Official Account.
		const accountKind = obstacle.accountKind ?? (known.links && 'officialAccount');
		const about = { ...obstacle, accountKind };
		seen.items.push(unavailableItem(about, account.appId, known.count, now, settings.language));
		known.isUnavailable = true;
		known.count++;
		return seen;
	}
}
