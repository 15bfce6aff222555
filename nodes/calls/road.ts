import type { ICredentialDataDecryptedObject, Logger } from 'n8n-workflow';

import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import type { Text } from '../wechat/text';
import { dropOldest } from '../wechat/values';
import { readBaseUrl, readFallback } from './baseUrl';

/** So many calls in a row have to fail at one address before the other one is taken. */
const MOST_FAILURES = 3;

/** Milliseconds for which calls then go to the fallback. */
const DETOUR = 10 * 60_000;

/** Milliseconds for which API Base URL is not left again once the fallback has failed as well. */
const REST = 60_000;

type Log = Pick<Logger, 'info' | 'warn'>;

/**
 * The road to WeChat's API: API Base URL, and the fallback while that is out of order. The runs, nodes
 * and credentials of a process that have the same two addresses share it, so that an outage is noticed once.
 *
 * - API Base URL fails where no HTTP answer comes: the connection is refused or reset, the name is not
 *   found, the time is up. After three such calls in a row the fallback is taken for ten minutes.
 * - The fallback fails also where the answer is not WeChat's. After three such calls in a row API Base
 *   URL is taken again, for a minute at least, so that calls do not go to and fro while both are down.
 */
export class Road {
	private failures = 0;

	/** By `performance.now()`: when calls go back to API Base URL; undefined while they go there. */
	private detourEnds: number | undefined;

	/** From when they may leave it. */
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

	/** Notes what came of a call to an address that `next` gave. A stopped call says nothing. */
	note(url: string, reply: Pick<Reply, 'missing' | 'connection'>): void {
		// What began before the change says nothing about the address that came after it.
		if (this.fallback === '' || url !== this.next()) return;
		const isDetour = this.detourEnds !== undefined;
		const isFailure = isDetour ? reply.missing !== undefined : reply.connection !== undefined;
		this.failures = isFailure ? this.failures + 1 : 0;
		if (this.failures < MOST_FAILURES) return;
		if (isDetour) this.giveUpFallback();
		else if (performance.now() >= this.mayLeaveFrom) this.leave();
	}

	/** What a person is told of a call that went to this address; undefined for API Base URL itself. */
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

/** The host of an address: the rest of it may hold a password. */
function hostOf(url: string): string {
	return new URL(url).host;
}

/** The roads of this process that have a fallback. */
const ROADS = new Map<string, Road>();

/** Expressions may give each item other addresses. */
const MOST_ROADS = 100;

/**
 * The road that a credential says. A fallback that cannot be used is left out.
 *
 * @param log where a change is told
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

/** The same for who calls nobody where API Base URL is none, which is told elsewhere. */
export function roadOf(credentials: ICredentialDataDecryptedObject, log?: Log): Road {
	const road = readRoad(credentials, log);
	return isObstacle(road) ? new Road('') : road;
}
