import type { Api } from '../wechat/apis';
import { describeErrcode, nextMinute } from '../wechat/errcodes';
import type { Retry } from '../wechat/errcodeTable';
import { isAmbiguous, isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import type { Caller } from './caller';
import { pause, unlessStopped, type Places } from './waiting';
import type { Transport } from './transport';

/** The final reply to a call, and how it was obtained. */
export interface Answer extends Reply {
	/** Number of calls made for it. */
	attempts: number;
	/** Whether WeChat may have carried out an earlier call that got no answer or -1. */
	mayHaveArrived: boolean;
	/** The address that the call went to, if one was made. */
	baseUrl?: string;
	/** Why the call was not made, or what WeChat's refusal means if its code alone does not tell. */
	obstacle?: Obstacle;
}

/** Milliseconds of the first pause before a call is repeated; it doubles each time. */
const FIRST_PAUSE = 1000;
const MINUTE = 60_000;

/** Maximum number of tokens to try for one call: several systems may void each other's for a while. */
const MOST_TOKENS = 5;

/**
 * Calls WeChat, and repeats calls by these rules:
 *
 * - -1, no answer, or one that is not WeChat's: again after a pause, up to `maxTries` calls
 * - 45011 (minute limit): the caller's calls to this API wait for the next minute, then go on; this
 *   uses up a try only if no call succeeded in between
 * - 45009 (daily limit): no further call to this API for this caller in this run
 * - a rejected token: again with another one, as long as the token source has one
 * - no answer from an address that the road has left meanwhile: at once at the other one; the first time
 *   this uses up no try
 * - anything else: never
 */
export class Client {
	constructor(
		private readonly transport: Transport,
		private readonly options: {
			/** Maximum number of calls while WeChat is busy, does not answer or limits the rate. */
			maxTries: number;
			/** Stops the run: no further call starts, and the one under way is aborted. */
			signal?: AbortSignal;
			/** Whether to start no further call; the one under way goes on. */
			isUnwanted?: () => boolean;
			/** The places of the items: a call that waits for the next minute gives up its own. */
			places?: Places;
			/** Whether a call waits for the next minute after WeChat's limit for this minute is reached. */
			waitsForNextMinute?: boolean;
		},
	) {}

	async call(caller: Caller, api: Api, body: Record<string, unknown>): Promise<Answer> {
		const { maxTries, signal, waitsForNextMinute = true } = this.options;
		const hold = holdOf(caller, api);
		let answer: Answer | undefined;
		let passedBefore = hold.passed;
		let isMoved = false;
		for (let tries = 1; ; tries++) {
			await this.untilFree(hold);
			// An item that already has an answer keeps it if the next call cannot be made.
			if (this.isStopped) return answer ?? unsent(STOPPED);
			if (hold.dailyLimit) return answer ?? { ...hold.dailyLimit, ...UNSENT, rid: null };
			if (answer && isLeft(caller, answer) && !mayGoElsewhere(api, answer)) return answer;

			const earlier = answer;
			answer = await this.send(caller, api, body);
			const isSent = answer.attempts > 0;
			if (!isSent && earlier) return earlier;
			answer.attempts += earlier?.attempts ?? 0;
			answer.mayHaveArrived = earlier ? mayHaveArrived(earlier) : false;

			const retry = retryOf(answer);
			note(hold, answer, retry);
			const waitsForMinute = retry === 'nextMinute' && waitsForNextMinute && maxTries > 1;
			if (waitsForMinute && hold.passed > passedBefore) tries--;
			passedBefore = hold.passed;
			const isRepeatable = waitsForMinute || retry === 'backOff';
			if (answer.missing && isLeft(caller, answer) && !isMoved) {
				isMoved = true;
				tries--;
				continue;
			}
			if (!isRepeatable || tries >= maxTries) return answer;
			if (retry === 'backOff') await pause(backOff(tries), signal);
		}
	}

	/** Waits for the result of another item's call, without taking a place. */
	async aside<T>(wait: () => Promise<T>): Promise<T> {
		return this.options.places ? await this.options.places.aside(wait) : await wait();
	}

	/** Waits until the limited minute is over; another call may have reached the next minute's limit meanwhile. */
	private async untilFree(hold: Hold): Promise<void> {
		for (let waitedFor = 0; hold.until > waitedFor && !this.isStopped; ) {
			waitedFor = hold.until;
			// A clock that was put back must not lengthen the wait.
			const wait = Math.min(waitedFor - Date.now(), MINUTE);
			if (wait > 0) await this.aside(async () => await pause(wait, this.options.signal));
		}
	}

	/** One try: a call, and again if WeChat rejected its token and there is another one. */
	private async send(caller: Caller, api: Api, body: Record<string, unknown>): Promise<Answer> {
		const { signal } = this.options;
		const { road, tokens } = caller;
		let token = await this.unlessStopped(tokens.get(signal));
		for (let attempts = 0; ; ) {
			if (isObstacle(token)) return unsent(token, attempts);
			const baseUrl = road.next();
			const reply = await this.transport.send({ baseUrl, api, body }, token, signal);
			if (!signal?.aborted) road.note(baseUrl, reply);
			attempts++;
			if (reply.errcode !== null && !isRejected(reply)) tokens.accepted(token);
			const other =
				isRejected(reply) && !this.isStopped
					? await this.unlessStopped(tokens.replace(token, signal))
					: undefined;
			if (other === undefined || other === STOPPED || attempts >= MOST_TOKENS) {
				const obstacle =
					isAmbiguous(reply.errcode) && !this.isStopped
						? await tokens.whyRefused?.(token, signal)
						: undefined;
				const detour = road.describe(baseUrl);
				return {
					...reply,
					attempts,
					mayHaveArrived: false,
					baseUrl,
					...(detour && { detour }),
					...(obstacle && { obstacle, errmsg: obstacle.problem }),
				};
			}
			token = other;
		}
	}

	private async unlessStopped<T>(work: Promise<T>): Promise<T | Obstacle> {
		const { signal } = this.options;
		if (!signal) return await work;
		const result = await unlessStopped(work, signal);
		return signal.aborted ? STOPPED : (result as T);
	}

	private get isStopped(): boolean {
		return this.options.signal?.aborted === true || this.options.isUnwanted?.() === true;
	}
}

/** Whether WeChat rejected the token itself. */
export function isRejected({ errcode }: Pick<Reply, 'errcode'>): boolean {
	return errcode !== null && describeErrcode(errcode).retry === 'renewToken';
}

/** Whether WeChat may have carried out a call that got no answer, or -1, which does not tell. */
function mayHaveArrived(answer: Answer): boolean {
	const { errcode, missing, connection, attempts } = answer;
	const isUncertain = (missing !== undefined && connection !== 'none') || errcode === -1;
	return answer.mayHaveArrived || (attempts > 0 && isUncertain);
}

/** Whether the caller's calls now go to another address than this one did. */
function isLeft({ road }: Caller, { baseUrl }: Answer): boolean {
	return baseUrl !== undefined && baseUrl !== road.next();
}

/** An authorization code works once, and a call that may have arrived may have used it up. */
function mayGoElsewhere(api: Api, answer: Answer): boolean {
	return api !== 'api_query_auth' || !mayHaveArrived(answer);
}

/** Why the items of a stopped run are not sent. */
export const STOPPED: Obstacle = {
	category: 'retryLater',
	problem: 'The run was stopped before this item was sent',
	hint: {
		en: 'Run the workflow again for this item.',
		'zh-CN': '请为该条目重新运行工作流。',
	},
	whoActs: 'operator',
};

const UNSENT = { attempts: 0, mayHaveArrived: false } as const;

/** The answer of a call that was not made. */
export function unsent(obstacle: Obstacle, attempts = 0): Answer {
	const { errcode = null, problem, rid = null } = obstacle;
	return { errcode, errmsg: problem, rid, payload: {}, ...UNSENT, attempts, obstacle };
}

function retryOf({ errcode, missing, obstacle }: Answer): Retry {
	if (errcode === null) return missing ? 'backOff' : 'no';
	const { retry } = describeErrcode(errcode);
	// The token source has already tried to get a token; only a new minute changes anything.
	return obstacle && retry !== 'nextMinute' ? 'no' : retry;
}

/** What holds back the calls of a caller to one API. */
interface Hold {
	/** Milliseconds since 1970 until which calls wait. */
	until: number;
	/** Calls that succeeded; while some do, waiting for the next minute uses up no try. */
	passed: number;
	/** WeChat's answer that the calls of the day are used up. */
	dailyLimit?: Reply;
}

/** All items of a run share a caller, so they also share what holds back its calls. */
const HOLDS = new WeakMap<Caller, Map<Api, Hold>>();

function holdOf(caller: Caller, api: Api): Hold {
	const byApi = HOLDS.get(caller) ?? new Map<Api, Hold>();
	HOLDS.set(caller, byApi);
	const hold = byApi.get(api) ?? { until: 0, passed: 0 };
	byApi.set(api, hold);
	return hold;
}

function note(hold: Hold, answer: Answer, retry: Retry): void {
	if (retry === 'nextMinute') hold.until = nextMinute(Date.now());
	else if (answer.errcode !== null && !answer.obstacle) hold.passed++;
	if (retry === 'nextDay') hold.dailyLimit = answer;
}

/** Doubles with each try; a random part keeps many items from returning at once. */
function backOff(tries: number): number {
	return FIRST_PAUSE * 2 ** (tries - 1) * (1 + Math.random() / 4);
}
