import type { Counters } from '../platform/platformTypes.cts';
import type { CallFilter, CallRecord, Stats } from '../types.cts';

/** The log keeps this many calls; the counters include older ones. */
export const LOG_CAPACITY = 50_000;

const UNKNOWN = 'unknown';

function fits(record: CallRecord, filter: CallFilter): boolean {
	return (
		(filter.path === undefined || record.path === filter.path) &&
		(filter.account === undefined ||
			record.account === filter.account ||
			record.authorizer === filter.account) &&
		(filter.miniProgramAppId === undefined ||
			record.miniProgramAppId === filter.miniProgramAppId) &&
		(filter.errcode === undefined || record.errcode === filter.errcode) &&
		(filter.afterSequence === undefined || record.sequence > filter.afterSequence)
	);
}

/** The sandbox's calls: a ring of the last ones, and counters. */
export class CallLog {
	private ring: CallRecord[] = [];
	private sequence = 0;
	private readonly byPath = new Map<string, number>();
	private readonly byAccount = new Map<string, Map<string, number>>();
	private readonly byErrcode = new Map<string, number>();
	private inFlight = 0;
	private maxInFlight = 0;
	private tokenServiceCalls = new Map<string, number>();
	private noCacheCalls = new Map<string, number>();

	constructor(private readonly capacity = LOG_CAPACITY) {}

	clear(): void {
		this.ring = [];
		this.sequence = 0;
		this.byPath.clear();
		this.byAccount.clear();
		this.byErrcode.clear();
		this.tokenServiceCalls.clear();
		this.noCacheCalls.clear();
		this.maxInFlight = this.inFlight;
	}

	begin(): void {
		this.inFlight += 1;
		if (this.inFlight > this.maxInFlight) this.maxInFlight = this.inFlight;
	}

	end(): void {
		this.inFlight -= 1;
	}

	add(call: Omit<CallRecord, 'sequence'>, knownPath: boolean): void {
		const record: CallRecord = { sequence: this.sequence + 1, ...call };
		this.ring[this.sequence % this.capacity] = record;
		this.sequence += 1;
		increment(this.byPath, knownPath ? call.path : UNKNOWN);
		increment(this.byErrcode, String(call.errcode));
		const account = call.authorizer ?? call.account;
		if (account !== null && knownPath) this.countFor(account, call.path);
	}

	/** Counts a visit to a page, which is not a call and not kept. */
	countPage(path: string): void {
		increment(this.byPath, path);
	}

	/** Oldest first. */
	calls(filter: CallFilter = {}): CallRecord[] {
		const start = this.sequence % this.capacity;
		const inOrder =
			this.sequence <= this.capacity
				? this.ring
				: [...this.ring.slice(start), ...this.ring.slice(0, start)];
		return inOrder.filter((record) => fits(record, filter));
	}

	count(path?: string): number {
		return path === undefined ? this.sequence : (this.byPath.get(path) ?? 0);
	}

	/** Calls by path, and by account and path. */
	counters(): Pick<Counters, 'byPath' | 'byAccount'> {
		const byAccount = [...this.byAccount].map(
			([account, paths]) => [account, Object.fromEntries(paths)] as const,
		);
		return {
			byPath: Object.fromEntries(this.byPath),
			byAccount: Object.fromEntries(byAccount),
		};
	}

	/** @param isNoCache whether the request refuses a cached token */
	countTokenServiceCall(account: string, isNoCache: boolean): void {
		increment(this.tokenServiceCalls, account);
		if (isNoCache) increment(this.noCacheCalls, account);
	}

	tokenServiceCount(account?: string): number {
		return countIn(this.tokenServiceCalls, account);
	}

	noCacheCount(account?: string): number {
		return countIn(this.noCacheCalls, account);
	}

	stats(): Stats {
		return {
			calls: this.sequence,
			byPath: Object.fromEntries(this.byPath),
			byErrcode: Object.fromEntries(this.byErrcode),
			inFlight: this.inFlight,
			maxInFlight: this.maxInFlight,
			tokenServiceCalls: this.tokenServiceCount(),
		};
	}

	private countFor(account: string, path: string): void {
		let paths = this.byAccount.get(account);
		if (!paths) {
			paths = new Map();
			this.byAccount.set(account, paths);
		}
		increment(paths, path);
	}
}

/** The count of one key, or of all. */
function countIn(counters: ReadonlyMap<string, number>, key?: string): number {
	if (key !== undefined) return counters.get(key) ?? 0;
	return [...counters.values()].reduce((sum, count) => sum + count, 0);
}

/** Adds 1. */
export function increment(counters: Map<string, number>, key: string): void {
	counters.set(key, (counters.get(key) ?? 0) + 1);
}
