import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { Client } from '../calls/client';
import { Transport } from '../calls/transport';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { sample } from './editor';
import { readMemory, RESTS_FROM, writeMemory, type Memory } from './memory';
import { countMiss, isDailyLimit, isLasting, isOutage, mayPass, toFailure } from './schedule';
import { obstacleOfKinds, readSettings, warnOfSelection } from './settings';
import { checkTicket } from './ticket';
import { Visits, type Visit } from './visits';
import { watchedBy, type Watched } from './watched';

/**
 * Milliseconds to wait for an answer, and calls in one visit: few, because the next visit tries again
 * anyway.
 */
const TIMEOUT = 10_000;
const TRIES = 2;
const LONGEST_CALL = TIMEOUT * TRIES;
/** Milliseconds for the poll of an activation: n8n 2.41 gives up publishing after 84 seconds. */
const PUBLISHING = 60_000;
/**
 * Milliseconds after which a poll is given up. It must have hung, since each of its calls has a time limit.
 */
const LONGEST_POLL = 30 * 60_000;

/**
 * The contexts that have polled. n8n creates one for each activation, polls with it at once, and then saves
 * the static data.
 */
const activated = new WeakSet<IPollFunctions>();

/** For each workflow and node, this process's visits that found nothing new, see `Visits`. */
const quietVisits = new Map<string, Map<string, number>>();

/**
 * Polls under way in this process, by workflow and node: n8n starts the next poll even if one is under way.
 */
const underWay = new Map<string, { since: number }>();

/** Reports what has changed; in a test in the editor, the present state. */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (context.getMode() === 'manual') {
		const items = await new Poll(context).sample();
		return items && [items];
	}
	const isActivation = !activated.has(context);
	activated.add(context);
	const key = `${context.getWorkflow().id}:${context.getNode().id}`;
	// If n8n keeps schedules in the database, it creates a context for each poll, with the activation mode
	// of an update.
	const isSaved =
		isActivation && !(quietVisits.has(key) && context.getActivationMode() === 'update');
	const quiet = quietVisits.get(key) ?? new Map<string, number>();
	quietVisits.set(key, quiet);
	const one = new Poll(context, isActivation, quiet);
	const items = await oneAtATime(key, async (isCurrent) => await one.run(isCurrent));
	return items && (items.length > 0 || !isSaved) ? [items] : null;
}

/**
 * Runs one poll of a trigger at a time. A poll that takes longer than half an hour is given up, and what it
 * still finds is ignored.
 *
 * @returns null while another one is under way
 */
async function oneAtATime<T>(
	key: string,
	work: (isCurrent: () => boolean) => Promise<T>,
): Promise<T | null> {
	const now = Date.now();
	const other = underWay.get(key);
	if (other && now - other.since < LONGEST_POLL) return null;
	const mine = { since: now };
	underWay.set(key, mine);
	const isCurrent = () => underWay.get(key) === mine;
	try {
		return await work(isCurrent);
	} finally {
		if (isCurrent()) underWay.delete(key);
	}
}

/** One poll, with everything that its visits share. */
class Poll {
	private readonly settings;

	private readonly client;

	private readonly now = Date.now();

	/** When to stop visiting accounts: n8n drops the items of a poll that takes too long. */
	private readonly endsAt;

	/**
	 * @param isActivation whether the workflow is being published
	 * @param quiet visits that found nothing new, which n8n may not have saved
	 */
	constructor(
		private readonly context: IPollFunctions,
		private readonly isActivation = false,
		private readonly quiet = new Map<string, number>(),
	) {
		this.settings = readSettings(context);
		const most = isActivation ? PUBLISHING : Infinity;
		const budget = Math.min(most, context.getPollBudgetMs?.() ?? Infinity);
		this.endsAt = this.now + Math.max(budget - LONGEST_CALL, budget / 2);
		const transport = new Transport(context, TIMEOUT);
		this.client = new Client(transport, { maxTries: TRIES, waitsForNextMinute: false });
	}

	/**
	 * Visits the accounts that are due.
	 *
	 * @param isCurrent whether this poll has not been given up
	 * @returns the items; an empty list if there are none but n8n has to save the memory, which it does
	 *   only if it gets a list; null if nothing happened
	 * @throws NodeApiError if no account could be read, except at the activation
	 */
	async run(isCurrent: () => boolean): Promise<INodeExecutionData[] | null> {
		const watched = await watchedBy(this.context, this.settings, this.client);
		if (isObstacle(watched)) return this.refuse(watched);
		try {
			return await this.visit(watched, isCurrent);
		} finally {
			await watched.settle();
		}
	}

	async sample(): Promise<INodeExecutionData[] | null> {
		const { context, settings, client, now } = this;
		const watched = await watchedBy(context, settings, client);
		if (isObstacle(watched)) throw toFailure(context, watched, now, settings.language);
		try {
			return await sample(context, watched, settings, now);
		} finally {
			await watched.settle();
		}
	}

	/**
	 * Throws, except during an activation: an exception there would keep n8n from ever polling. The next poll
	 * throws instead.
	 */
	private refuse(obstacle: Obstacle): null {
		const { context, isActivation, now, settings } = this;
		if (!isActivation) throw toFailure(context, obstacle, now, settings.language);
		context.logger.warn(obstacle.problem);
		return null;
	}

	private async visit(
		watched: Watched,
		isCurrent: () => boolean,
	): Promise<INodeExecutionData[] | null> {
		const { context, settings, now } = this;
		const data = context.getWorkflowStaticData('node');
		const memory = readMemory(data, watched.origin);
		const ticket = this.ticketOf(watched, memory);
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
		const visits = new Visits(watched, settings, now, memory, after, this.quiet);
		const made = await visits.make(found, () => Date.now() >= this.endsAt || !isCurrent());
		if (!isCurrent()) return null;

		const missed = made.filter((one): one is Missed => one.obstacle !== undefined);
		const isGeneral =
			missed.length > 0 &&
			missed.length === made.length &&
			(made.length === visits.accounts || isOutageOfAll(missed));
		for (const one of missed) {
			this.countMiss(one, isGeneral);
			visits.remember(one);
		}
		writeMemory(data, watched.origin, after);
		if (settings.selected) {
			const isNone = after.accounts.size === 0 && ticket.items.length === 0;
			if (isNone) return this.refuse(obstacleOfKinds(after.others));
			warnOfSelection(context, settings.selected, after.others);
		}
		const changes = made.flatMap((one) => one.items).filter(({ event }) => this.isWanted(event));
		const items = [...ticket.items, ...changes];
		if (items.length > 0) return items.map((json) => ({ json }));
		if (isGeneral) return this.refuse(missed[0].obstacle);
		if (missed.length > 0) {
			context.logger.warn(
				`Official Accounts that could not be checked: ${missed.length}. The first one: ${missed[0].obstacle.problem}`,
			);
		}
		const isNewMemory =
			ticket.isNews || after.isWhole !== memory.isWhole || after.others.size !== memory.others.size;
		return isNewMemory || made.some(({ isNews }) => isNews) ? [] : null;
	}

	/** Checks the platform's ticket, if the platform needs one and Ticket Overdue is selected. */
	private ticketOf(watched: Watched, { ticket }: Memory): ReturnType<typeof checkTicket> {
		if (watched.lastTicket === undefined || !this.isWanted('ticketOverdue')) {
			return { known: undefined, items: [], isNews: false };
		}
		const isPublishing = this.isActivation && this.context.getActivationMode() === 'activate';
		return checkTicket(watched, ticket, this.now, isPublishing, this.settings.language);
	}

	/**
	 * Counts a miss, after which the account may rest. It does not count if the cause affects all accounts
	 * and may pass. During an activation, a miss that all accounts share does not count either, so that the
	 * next poll reports the cause.
	 */
	private countMiss(visit: Missed, isGeneral: boolean): void {
		const { known, obstacle } = visit;
		if (isDailyLimit(obstacle)) return;
		const isLeft = isGeneral && (this.isActivation || mayPass(obstacle));
		if (isLeft && !isLasting(obstacle)) return;
		const { misses } = known;
		countMiss(known, obstacle, this.now);
		visit.isNews ||= misses < RESTS_FROM && known.misses >= RESTS_FROM;
	}

	private isWanted(event: unknown): boolean {
		return this.settings.triggerOn.has(String(event));
	}
}

/** A visit that did not get the list. */
type Missed = Visit & { obstacle: Obstacle };

/**
 * Whether WeChat seems to be down, if only some accounts were due. Every miss has to look like an outage,
 * and at least one has to be new: n8n must not poll less often because of a few accounts.
 */
function isOutageOfAll(missed: readonly Missed[]): boolean {
	const isNew = missed.some(({ known }) => known.misses === 0);
	return isNew && missed.every(({ obstacle }) => isOutage(obstacle));
}
