/**
 * Bounds how much is under way at the same time. Other than with a limit alone, whoever has to wait for
 * long gives its place to others meanwhile.
 */
export class Places {
	private readonly waiting = new Set<() => void>();

	/** @param free number of places */
	constructor(private free: number) {}

	/** Waits for a place, in the order of asking; `give` makes it free again. */
	async take(): Promise<void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.waiting.add(resolve));
	}

	give(): void {
		const [next] = this.waiting;
		if (next) {
			this.waiting.delete(next);
			next();
		} else {
			this.free++;
		}
	}

	/** Waits for something without the place that the caller has, and then for a place again. */
	async aside<T>(wait: () => Promise<T>): Promise<T> {
		this.give();
		try {
			return await wait();
		} finally {
			await this.take();
		}
	}
}
