import { letSecondsPass } from './uptime.cts';

/**
 * The time of this process and of the local WeChat in it, on the wall and since its start: it goes on, and
 * can be put forward.
 */
export class FastClock {
	private offset = 0;

	private readonly realNow = Date.now.bind(Date);

	constructor() {
		jest.spyOn(Date, 'now').mockImplementation(() => this.realNow() + this.offset);
	}

	/** @param seconds to put it forward */
	advance(seconds: number): void {
		this.offset += seconds * 1000;
		letSecondsPass(seconds);
	}

	/** Milliseconds since 1970, as they really are. */
	get real(): number {
		return this.realNow();
	}
}
