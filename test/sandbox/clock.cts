const BEIJING_OFFSET_MS = 8 * 3600 * 1000;

/** The sandbox's time: the system clock, which a test may advance. */
export class Clock {
	private offset = 0;

	/** Milliseconds since 1970. */
	now(): number {
		return Date.now() + this.offset;
	}

	advance(seconds: number): void {
		this.offset += seconds * 1000;
	}

	reset(): void {
		this.offset = 0;
	}
}

/** Number of the wall-clock minute. */
export function minuteOf(now: number): number {
	return Math.floor(now / 60_000);
}

/** Number of the day in Beijing (daily counters are assumed to start anew with it). */
export function dayOf(now: number): number {
	return Math.floor((now + BEIJING_OFFSET_MS) / 86_400_000);
}

/** Number of the calendar month in Beijing (monthly counters are assumed to start anew with it). */
export function monthOf(now: number): number {
	const local = new Date(now + BEIJING_OFFSET_MS);
	return local.getUTCFullYear() * 12 + local.getUTCMonth();
}
