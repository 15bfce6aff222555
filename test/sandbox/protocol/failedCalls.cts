/** Documented. */
const KEPT_MS = 7 * 24 * 3600 * 1000;
/** The largest number of failures kept; a day of tests has fewer. */
const CAPACITY = 20_000;

/** A failed call as rid/get shows it, with its token as in WeChat's own sample. */
export interface FailedCall {
	/** Appid of the account or platform that made it. */
	readonly owner: string | null;
	readonly at: number;
	readonly request: {
		/** Unix time. */
		readonly invoke_time: number;
		readonly cost_in_ms: number;
		/** The query string alone, as in the documented sample. */
		readonly request_url: string;
		readonly request_body: string;
		readonly response_body: string;
		readonly client_ip: string;
	};
}

/** Failed calls, by the rid in their errmsg. */
export class FailedCalls {
	private readonly byRid = new Map<string, FailedCall>();

	clear(): void {
		this.byRid.clear();
	}

	/** Keeps a call whose answer has a rid. */
	add(call: FailedCall): void {
		const rid = /rid: ?([0-9a-f-]{26})/.exec(call.request.response_body)?.[1];
		if (rid === undefined) return;
		this.byRid.set(rid, call);
		if (this.byRid.size <= CAPACITY) return;
		const [oldest] = this.byRid.keys();
		this.byRid.delete(oldest);
	}

	/** @param now milliseconds since 1970 */
	find(rid: string, now: number): FailedCall | undefined {
		const call = this.byRid.get(rid);
		return call && now - call.at <= KEPT_MS ? call : undefined;
	}
}
