import type { ICredentialDataDecryptedObject, Logger } from 'n8n-workflow';

import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import type { Text } from '../wechat/text';
import { dropOldest } from '../wechat/values';
import { readBaseUrl, readFallback } from './baseUrl';

/** Number of calls in a row that must fail at one address before calls go to the other one. */
const MOST_FAILURES = 3;

/** How long calls then go to the fallback, in milliseconds. */
const DETOUR = 10 * 60_000;

/** How long calls stay at API Base URL after the fallback has failed, too, in milliseconds. */
const REST = 60_000;

type Log = Pick<Logger, 'info' | 'warn'>;

/**
 * The road to WeChat's API: API Base URL, or the fallback during an outage. All runs, nodes and
 * credentials of a process with the same two addresses share it, so each outage is noticed once.
 *
 * - A call fails at API Base URL if it gets no HTTP answer: the connection is refused or reset, the name
 *   is not found, or the time is up. After three such calls in a row, calls go to the fallback for ten
 *   minutes.
 * - A call fails at the fallback also if the answer is not WeChat's. After three such calls in a row, calls
 *   go to API Base URL again, for at least a minute: they do not go back and forth while both are down.
 */
export class Road {
	private failures = 0;

	/** When calls return to API Base URL, by `performance.now()`; undefined while they go there. */
	private detourEnds: number | undefined;

	/** When calls may go to the fallback again. */
	private mayLeaveFrom = -Infinity;

	/**
	 * @param baseUrl API Base URL, without a trailing slash
	 * @param fallback the other address, '' for none
	 */
	constructor(
		readonly baseUrl: string,
		private readonly fallback = '',
		private readonly log?: Log,
	) {}

	/** The address for the next call, without a trailing slash. */
	next(): string {
		if (this.detourEnds !== undefined && performance.now() >= this.detourEnds) {
			this.goBack();
			this.log?.info(`WeChat API: calls go to ${hostOf(this.baseUrl)} again, after ten minutes`);
		}
		return this.detourEnds === undefined ? this.baseUrl : this.fallback;
	}

	/** Notes the reply to a call at an address that `next` returned, unless the call was aborted. */
	note(url: string, reply: Pick<Reply, 'missing' | 'connection'>): void {
		// A call that began before the address changed says nothing about the new one.
		if (this.fallback === '' || url !== this.next()) return;
		const isDetour = this.detourEnds !== undefined;
		const isFailure = isDetour ? reply.missing !== undefined : reply.connection !== undefined;
		this.failures = isFailure ? this.failures + 1 : 0;
		if (this.failures < MOST_FAILURES) return;
		if (isDetour) this.giveUpFallback();
		else if (performance.now() >= this.mayLeaveFrom) this.leave();
	}

	/** What to tell a person about a call to this address; undefined for API Base URL itself. */
	describe(url: string): Text | undefined {
		if (this.fallback === '' || url !== this.fallback) return undefined;
		const [first, second] = [this.baseUrl, this.fallback].map(hostOf);
		return {
			en: `${first} did not answer, so the call went to ${second} (Fallback API Base URL).`,
			'zh-CN': `由于 ${first} 没有回答，本次调用发往 ${second}（Fallback API Base URL）。`,
		};
	}

	private leave(): void {
		this.failures = 0;
		this.detourEnds = performance.now() + DETOUR;
		const [first, second] = [this.baseUrl, this.fallback].map(hostOf);
		this.log?.warn(
			`WeChat API: ${first} did not answer ${MOST_FAILURES} calls in a row. For ten minutes calls go to ${second}`,
		);
	}

	private giveUpFallback(): void {
		this.goBack();
		this.mayLeaveFrom = performance.now() + REST;
		const [first, second] = [this.baseUrl, this.fallback].map(hostOf);
		this.log?.warn(
			`WeChat API: ${second} did not answer ${MOST_FAILURES} calls in a row either. Calls go to ${first} again`,
		);
	}

	private goBack(): void {
		this.failures = 0;
		this.detourEnds = undefined;
	}
}

/** The host of an address: the rest may contain a password. */
function hostOf(url: string): string {
	return new URL(url).host;
}

/** The roads of this process that have a fallback. */
const ROADS = new Map<string, Road>();

/** Maximum number of these roads: expressions may result in other addresses for each item. */
const MOST_ROADS = 100;

/**
 * The road of a credential; without a fallback if that is not usable.
 *
 * @param log records each change of address
 */
export function readRoad(credentials: ICredentialDataDecryptedObject, log?: Log): Road | Obstacle {
	const baseUrl = readBaseUrl(credentials.apiBaseUrl);
	if (isObstacle(baseUrl)) return baseUrl;
	const fallback = readFallback(credentials);
	if (isObstacle(fallback) || fallback === '') return new Road(baseUrl);
	const key = JSON.stringify([baseUrl, fallback]);
	const road = ROADS.get(key) ?? new Road(baseUrl, fallback, log);
	ROADS.set(key, road);
	dropOldest(ROADS, MOST_ROADS);
	return road;
}

/** The same for a caller that reports an unusable API Base URL elsewhere and then makes no call. */
export function roadOf(credentials: ICredentialDataDecryptedObject, log?: Log): Road {
	const road = readRoad(credentials, log);
	return isObstacle(road) ? new Road('') : road;
}
