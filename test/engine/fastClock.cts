import { letSecondsPass } from './uptime.cts';

/** The clocks of this process and the local WeChat in it: `Date` and `performance`. */
export class FastClock {
	private offset = 0;

	private readonly realNow = Date.now.bind(Date);

	constructor() {
		jest.spyOn(Date, 'now').mockImplementation(() => this.realNow() + this.offset);
	}

	/** @param seconds to add; negative values set the clocks back */
	advance(seconds: number): void {
		this.offset += seconds * 1000;
		letSecondsPass(seconds);
	}

	/** The real milliseconds since 1970. */
	get real(): number {
		return this.realNow();
	}
}
