import { STOPPED } from '../calls/client';
import { unlessStopped } from '../calls/waiting';
import { describeErrcode } from '../wechat/errcodes';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { TokenSource } from '../calls/caller';
import type { Token } from './token';
import { TokenCache } from './tokenCache';
import type { Vault } from './vault';
import type { CredentialAccess } from './shelf';

/** How one kind of token is made. */
export interface Recipe {
	/** Everything that tells two tokens apart, as one text. */
	key: string;
	/** Whether only one process may make them at a time: a new token may void the former one. */
	isExclusive: boolean;
	/** What an item is told where one new token after the other was rejected; else WeChat's answer. */
	hopeless?: Obstacle;
	/**
	 * Makes a token, under rules of its own: it serves several runs.
	 *
	 * @param isUnwanted whether nobody waits for it any more, so that no further call should start
	 */
	make(isUnwanted: () => boolean): Promise<Token | Obstacle>;
}

/** Where a token comes from and is kept, for one run. */
export interface Keeping {
	vault: Vault;
	access: CredentialAccess;
}

/** A renewal under way. */
interface Flight {
	token: Promise<string | Obstacle>;
	/** Callers that wait for it. */
	waiting: number;
}

/** The tokens in this process, and the renewals under way: never more than one for a key. */
export const TOKENS = new TokenCache();
const FLIGHTS = new Map<string, Flight>();

/** A token that can be made anew, for one run; all runs of the process share it. */
export class RenewableToken implements TokenSource {
	/** Why no token is to be had, and until when that is believed: milliseconds since 1970. */
	private obstacle: Obstacle | undefined;
	private believedUntil = 0;

	constructor(
		private readonly keeping: Keeping,
		private readonly recipe: Recipe,
	) {}

	async get(signal?: AbortSignal): Promise<string | Obstacle> {
		const token = TOKENS.get(this.recipe.key);
		if (token !== undefined) return token;
		if (this.obstacle && Date.now() < this.believedUntil) return this.obstacle;
		const { vault, access } = this.keeping;
		const work = async (isUnwanted: () => boolean) =>
			await renew(vault, access, this.recipe, isUnwanted);
		const renewed = await join(this.recipe.key, work, signal);
		if (isObstacle(renewed)) this.believe(renewed);
		return renewed;
	}

	async replace(rejected: string, signal?: AbortSignal): Promise<string | Obstacle | undefined> {
		TOKENS.reject(this.recipe.key, rejected);
		const token = await this.get(signal);
		return token === HOPELESS ? undefined : token;
	}

	accepted(): void {
		TOKENS.accept(this.recipe.key);
	}

	/** What a person has to change stays for this run; what passes by itself is asked again. */
	private believe(obstacle: Obstacle): void {
		if (obstacle === STOPPED) return;
		this.obstacle = obstacle;
		const passes = obstacle.category === 'retryable' && obstacle.retryAfter !== 'nextDay';
		this.believedUntil = passes ? Date.now() + ASKS_AGAIN_AFTER : Infinity;
	}
}

/** Milliseconds until a server that gave no token is asked again. */
const ASKS_AGAIN_AFTER = 10_000;

const NOT_LATEST = 40001;

/** One new token after the other was rejected: to make more of them would help nobody. */
const HOPELESS: Obstacle = {
	category: 'authorization',
	problem: 'WeChat rejects every token of this account, also those that have just been made',
	hint: describeErrcode(NOT_LATEST).hint,
	whoActs: describeErrcode(NOT_LATEST).whoActs,
	errcode: NOT_LATEST,
};

const CHANGED: Obstacle = {
	category: 'authorization',
	problem: 'The credential was changed while the run was under way',
	hint: {
		en: 'Run the workflow again for this item; it then uses the credential as it is now.',
		'zh-CN': '请为该条目重新运行工作流；届时会使用当前的凭证。',
	},
	whoActs: 'operator',
};

/**
 * A token for the test of a credential, which may hold values that nobody has saved: it is kept in this
 * process's memory alone, where the next test and the next run find it.
 */
export async function tokenInMemory(
	key: string,
	make: () => Promise<Token | Obstacle>,
): Promise<string | Obstacle> {
	return await join(key, async () => {
		const known = TOKENS.get(key);
		if (known !== undefined) return known;
		const made = await make();
		if (isObstacle(made)) return made;
		return TOKENS.keep(key, made) ? made.value : HOPELESS;
	});
}

/** Makes a token; see Recipe. */
type Work = (isUnwanted: () => boolean) => Promise<string | Obstacle>;

/** Joins the renewal that is under way for the same key, or begins one. */
async function join(key: string, work: Work, signal?: AbortSignal): Promise<string | Obstacle> {
	for (;;) {
		const flight = FLIGHTS.get(key) ?? begin(key, work);
		flight.waiting++;
		const token = await unlessStopped(flight.token, signal).finally(() => {
			flight.waiting--;
		});
		if (signal?.aborted) return STOPPED;
		// It may have been given up for others just before it was joined.
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
 * Looks for a token that another process has made meanwhile, and makes one when it is this
 * process's turn to.
 */
async function renew(
	vault: Vault,
	access: CredentialAccess,
	recipe: Recipe,
	isUnwanted: () => boolean,
): Promise<string | Obstacle> {
	for (;;) {
		if (!vault.hasTurn && !(await vault.look(access))) return CHANGED;
		const known = TOKENS.get(recipe.key);
		if (known !== undefined) return known;
		if (TOKENS.isHopeless(recipe.key)) return recipe.hopeless ?? HOPELESS;
		if (isUnwanted()) return STOPPED;
		if (recipe.isExclusive && !(await vault.takeTurn(access))) continue;

		return await vault.whileMaking(access, async () => {
			const meanwhile = TOKENS.get(recipe.key);
			if (meanwhile !== undefined) return meanwhile;
			const made = await recipe.make(isUnwanted);
			if (isObstacle(made)) return made;
			return vault.keep(access, recipe.key, made) ? made.value : (recipe.hopeless ?? HOPELESS);
		});
	}
}
