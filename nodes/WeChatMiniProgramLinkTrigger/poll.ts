import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { Client } from '../calls/client';
import { Transport } from '../calls/transport';
import { isOtherKind } from '../wechat/accountKind';
import type { LinkEntry } from '../wechat/linkList';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { sample } from './changes';
import { toFailure } from './failure';
import { changeItem, ticketItem } from './item';
import { countMiss, isDailyLimit, isLasting, isOutage, mayPass, readWholeList } from './schedule';
import { readMemory, RESTS_FROM, writeMemory, type Memory } from './memory';
import { AccountLooks, type Missed, type Seen } from './visits';
import { obstacleOfKinds, warnOfSelection } from './selection';
import { readSettings, type Settings } from './settings';
import { lookAtTicket, type KnownTicket } from './ticket';
import { watchedBy, type Watched, type WatchedAccount } from './watched';

/** Milliseconds to wait for an answer, and calls for one look: the next look tries again anyway. */
const TIMEOUT = 10_000;
const TRIES = 2;
const LONGEST_CALL = TIMEOUT * TRIES;
/** Milliseconds for the poll of an activation: n8n 2.41 gives up what takes 84 seconds to publish. */
const PUBLISHING = 60_000;
/** Items and accounts of a test in the editor. */
const SAMPLES = 10;
const SAMPLED_ACCOUNTS = 5;
/** Accounts that are asked for it, those of another kind among them. */
const MOST_ASKED = 50;

/** One poll of the trigger, with everything that its looks share. */
export class Poll {
	private readonly settings: Settings;

	private readonly client: Client;

	private readonly now = Date.now();

	/** From then on no further account is looked at: n8n drops what a poll that takes too long has found. */
	private readonly endsAt: number;

	/**
	 * @param isActivation whether the workflow is being published
	 * @param quietLooks looks of this trigger that found nothing new; n8n may save nothing of them
	 */
	constructor(
		private readonly context: IPollFunctions,
		private readonly isActivation = false,
		private readonly quietLooks = new Map<string, number>(),
	) {
		this.settings = readSettings(context);
		const most = isActivation ? PUBLISHING : Infinity;
		const budget = Math.min(most, context.getPollBudgetMs?.() ?? Infinity);
		this.endsAt = this.now + Math.max(budget - LONGEST_CALL, budget / 2);
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
			const { origin } = watched;
			const { others } = readMemory(context.getWorkflowStaticData('node'), origin);
			const { found, obstacle } = await watched.accounts([]);
			let failed = found.length > 0 ? undefined : obstacle;
			let looked = 0;
			for (const account of found.filter(({ id }) => !others.has(id)).slice(0, MOST_ASKED)) {
				const read = await readWholeList(await watched.open(account), client);
				const isOther = isObstacle(read) && isOtherKind(read.accountKind);
				if (!isOther) looked++;
				if (isObstacle(read)) failed ??= read;
				else items.push(...this.sampleOf(account, read.entries));
				if (items.length >= SAMPLES || looked >= SAMPLED_ACCOUNTS) break;
			}
			if (items.length === 0 && failed) throw toFailure(context, failed, now, settings.language);
		} finally {
			await watched.settle();
		}
		return items.length > 0 ? items.slice(0, SAMPLES).map((json) => ({ json })) : null;
	}

	private sampleOf({ id, appId }: WatchedAccount, entries: readonly LinkEntry[]): IDataObject[] {
		const { now, settings } = this;
		const { waitingDays, language } = settings;
		const changes = sample({ account: id, before: undefined, entries, count: 0, now, waitingDays });
		return changes.map((one) => changeItem(one, appId, now, language));
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
		const memory = readMemory(data, watched.origin);
		const ticket = this.ticketLook(watched, memory);
		const known = [...memory.accounts.keys(), ...memory.others.keys()];
		const { found, obstacle, isWhole } = await watched.accounts(known);
		const general = (await watched.obstacle()) ?? (found.length === 0 ? obstacle : undefined);
		if (general && ticket.isNews && isCurrent()) {
			writeMemory(data, watched.origin, { ...memory, ticket: ticket.known });
			context.logger.warn(general.problem);
			return ticket.items.map((json) => ({ json }));
		}
		if (general) return this.refuse(general);
		const after: Memory = {
			isWhole: isWhole !== undefined && (isWhole || memory.isWhole),
			accounts: new Map(),
			others: new Map(),
			ticket: ticket.known,
		};
		const { client, quietLooks } = this;
		const looks = new AccountLooks(watched, client, settings, now, memory, after, quietLooks);
		const isOver = () => Date.now() >= this.endsAt || !isCurrent();
		const seen = await lookAtAll(looks, looks.dueOf(found), settings.maxConcurrency, isOver);
		if (!isCurrent()) return null;

		const failed = seen.filter((one): one is Missed => one.obstacle !== undefined);
		const isGeneral =
			failed.length > 0 &&
			failed.length === seen.length &&
			(seen.length === looks.accounts || isOutageOfAll(failed));
		for (const one of failed) {
			this.countMiss(one, isGeneral);
			looks.remember(one);
		}
		writeMemory(data, watched.origin, after);
		if (settings.selected) {
			const isNone = after.accounts.size === 0 && ticket.items.length === 0;
			if (isNone) return this.refuse(obstacleOfKinds(after.others));
			warnOfSelection(context, settings.selected, after.others);
		}
		const changes = seen.flatMap((one) => one.items).filter(({ event }) => this.isWanted(event));
		const items = [...ticket.items, ...changes];
		if (items.length > 0) return items.map((json) => ({ json }));
		if (isGeneral) return this.refuse(failed[0].obstacle);
		if (failed.length > 0) {
			context.logger.warn(
				`${failed.length} Official Accounts could not be looked at, one of them: ${failed[0].obstacle.problem}`,
			);
		}
		const isNewMemory =
			ticket.isNews || after.isWhole !== memory.isWhole || after.others.size !== memory.others.size;
		return isNewMemory || seen.some(({ isNews }) => isNews) ? [] : null;
	}

	/** Looks at the platform's ticket, where that is asked for and one has to come. */
	private ticketLook(
		{ origin, lastTicket: last }: Watched,
		{ ticket: before }: Memory,
	): { known?: KnownTicket; items: IDataObject[]; isNews: boolean } {
		if (last === undefined || !this.isWanted('ticketOverdue')) return { items: [], isNews: false };
		const { context, now, settings } = this;
		const isPublishing = this.isActivation && context.getActivationMode() === 'activate';
		const { known, isOverdue } = lookAtTicket(last, before, now, isPublishing);
		const items =
			isOverdue && known ? [ticketItem(origin, last, known.since, now, settings.language)] : [];
		// While no ticket has ever come, the memory alone knows when the hour began.
		const isNews = isOverdue || (known !== undefined && known.since !== before?.since);
		return { known, items, isNews };
	}

	/**
	 * An account rests once it cannot be looked at. What passes for all of them alike is none's fault,
	 * and the activation leaves it to the next poll to tell what keeps all from being looked at.
	 */
	private countMiss(seen: Missed, isGeneral: boolean): void {
		const { known, obstacle } = seen;
		if (isDailyLimit(obstacle)) return;
		const isLeft = isGeneral && (this.isActivation || mayPass(obstacle));
		if (isLeft && !isLasting(obstacle)) return;
		const { misses } = known;
		countMiss(known, obstacle, this.now);
		seen.isNews ||= misses < RESTS_FROM && known.misses >= RESTS_FROM;
	}

	private isWanted(event: unknown): boolean {
		return this.settings.triggerOn.has(String(event));
	}
}

/**
 * Looks at so many at a time until all were looked at or the time is over. The first ones always are,
 * so that each poll gets on.
 */
async function lookAtAll(
	looks: AccountLooks,
	due: readonly WatchedAccount[],
	atOnce: number,
	isOver: () => boolean,
): Promise<Seen[]> {
	const seen: Array<Seen | undefined> = [];
	const queue = due.entries();
	const lookOn = async () => {
		for (const [n, account] of queue) {
			if (n >= atOnce && isOver()) looks.leave(account);
			else seen[n] = await looks.look(account);
		}
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, due.length) }, lookOn));
	return seen.filter((one) => one !== undefined);
}

/**
 * One account of many that cannot be called is no reason to look at the others less often, and one that
 * gave no list at the look before is no sign of an outage.
 */
function isOutageOfAll(failed: readonly Missed[]): boolean {
	const isNew = failed.some(({ known }) => known.misses === 0);
	return isNew && failed.every(({ obstacle }) => isOutage(obstacle));
}
