import { STOPPED } from '../calls/client';
import { unlessStopped } from '../calls/waiting';
import { describeErrcode } from '../wechat/errcodes';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { TokenSource } from '../calls/caller';
import type { KeptTokens } from './keptTokens';
import { TOKENS, type NewToken } from './tokenCache';

/** How one kind of token is made. */
export interface Recipe {
	/** Everything that tells two tokens apart, as one text. */
	key: string;
	/** Whether only one process may make them at a time: a new token may void the former one. */
	isExclusive: boolean;
	/** The item's obstacle after several new tokens in a row were rejected; by default, it gets WeChat's answer. */
	hopeless?: Obstacle;
	/**
	 * Makes a token, which serves several runs.
	 *
	 * @param isUnwanted whether nobody waits for it any more, so that no further call should start
	 */
	make(isUnwanted: () => boolean): Promise<NewToken | Obstacle>;
	/** Asks why WeChat refuses calls with a valid token; undefined if nothing can tell. */
	whyRefused?(): Promise<Obstacle | undefined>;
}

/** A renewal under way. */
interface Flight {
	token: Promise<string | Obstacle>;
	/** Callers that wait for it. */
	waiting: number;
}

/** The renewals under way in this process: never more than one for a key. */
const FLIGHTS = new Map<string, Flight>();

/** A token that can be made again, as one run uses it; all runs of the process share the token. */
export class RenewableToken implements TokenSource {
	/** Why there is no token, and until when nobody asks again: milliseconds since 1970. */
	private obstacle: Obstacle | undefined;
	private believedUntil = 0;

	/** Why calls are refused; asked once in a run. */
	private refusal: Promise<Obstacle | undefined> | undefined;

	constructor(
		private readonly kept: KeptTokens,
		private readonly recipe: Recipe,
	) {}

	async get(signal?: AbortSignal): Promise<string | Obstacle> {
		const token = TOKENS.get(this.recipe.key);
		if (token !== undefined) return token;
		if (this.obstacle && Date.now() < this.believedUntil) return this.obstacle;
		const work = async (isUnwanted: () => boolean) =>
			await renew(this.kept, this.recipe, isUnwanted);
		const renewed = await join(this.recipe.key, work, signal);
		if (isObstacle(renewed)) this.believe(renewed);
		return renewed;
	}

	async replace(rejected: string, signal?: AbortSignal): Promise<string | Obstacle | undefined> {
		TOKENS.reject(this.recipe.key, rejected);
		const token = await this.get(signal);
		return token === HOPELESS ? undefined : token;
	}

	accepted(token: string): void {
		TOKENS.accept(this.recipe.key, token);
	}

	async whyRefused(token: string, signal?: AbortSignal): Promise<Obstacle | undefined> {
		this.refusal ??= this.recipe.whyRefused?.();
		const why = this.refusal && (await unlessStopped(this.refusal, signal));
		if (!why) return undefined;
		// The next call that needs a token asks about the account first.
		TOKENS.reject(this.recipe.key, token);
		this.believe(why);
		return why;
	}

	/** Keeps an obstacle: for this run if a person has to remove it, for a few seconds if time alone helps. */
	private believe(obstacle: Obstacle): void {
		if (obstacle === STOPPED) return;
		this.obstacle = obstacle;
		const passes = obstacle.category === 'retryLater' && obstacle.retryAfter !== 'nextDay';
		this.believedUntil = passes ? Date.now() + ASKS_AGAIN_AFTER : Infinity;
	}
}

/** Milliseconds until a server that returned no token is asked again. */
const ASKS_AGAIN_AFTER = 10_000;

const NOT_LATEST = 40001;

/** For several new tokens in a row that were rejected: another one would not help. */
const HOPELESS: Obstacle = {
	category: 'authorization',
	problem: 'WeChat rejects every token of this account, even new ones',
	hint: describeErrcode(NOT_LATEST).hint,
	whoActs: describeErrcode(NOT_LATEST).whoActs,
	errcode: NOT_LATEST,
};

const CHANGED: Obstacle = {
	category: 'authorization',
	problem: 'The credential was changed during the run',
	hint: {
		en: 'Run the workflow again for this item. It then uses the changed credential.',
		'zh-CN': '请为该条目重新运行工作流；届时会使用当前的凭证。',
	},
	whoActs: 'operator',
};

const TOO_LATE: Obstacle = {
	category: 'retryLater',
	problem: "n8n's database did not return the credential in time",
	hint: {
		en: "Run the workflow again in a few minutes. If this persists, check the load of n8n's database.",
		'zh-CN': '请在几分钟后重新运行工作流。如果仍然如此，请检查 n8n 数据库的负载。',
	},
	whoActs: 'operator',
};

/** Makes a token; see Recipe. */
type Work = (isUnwanted: () => boolean) => Promise<string | Obstacle>;

/** Joins the renewal that is under way for the key, or begins one. */
async function join(key: string, work: Work, signal?: AbortSignal): Promise<string | Obstacle> {
	for (;;) {
		const flight = FLIGHTS.get(key) ?? begin(key, work);
		flight.waiting++;
		const token = await unlessStopped(flight.token, signal).finally(() => {
			flight.waiting--;
		});
		if (signal?.aborted) return STOPPED;
		// It may have been stopped for other callers just before this one joined.
		if (token !== undefined && token !== STOPPED) return token;
	}
}

function begin(key: string, work: Work): Flight {
	const flight: Flight = {
		waiting: 0,
		token: Promise.resolve()
			.then(async () => await work(() => flight.waiting === 0))
			.finally(() => {
				FLIGHTS.delete(key);
			}),
	};
	FLIGHTS.set(key, flight);
	return flight;
}

/**
 * Looks for a token that another process has made meanwhile, and makes one when it is this process's turn.
 */
async function renew(
	kept: KeptTokens,
	recipe: Recipe,
	isUnwanted: () => boolean,
): Promise<string | Obstacle> {
	const { key, isExclusive, hopeless = HOPELESS } = recipe;
	for (;;) {
		const refreshed = kept.hasTurn ? 'read' : await kept.shared?.refresh();
		if (refreshed === 'late') return TOO_LATE;
		if (refreshed === 'edited' || kept.isEdited) return CHANGED;
		const known = TOKENS.get(key);
		if (known !== undefined) return known;
		if (TOKENS.isHopeless(key)) return hopeless;
		if (isUnwanted()) return STOPPED;
		if (isExclusive && !(await kept.takeTurn())) continue;

		return await kept.whileMaking(async () => {
			const meanwhile = TOKENS.get(key);
			if (meanwhile !== undefined) return meanwhile;
			const made = await recipe.make(() => isUnwanted() || (isExclusive && !kept.hasTurn));
			if (isObstacle(made)) return made;
			return kept.keep(key, made) ? made.value : hopeless;
		});
	}
}
