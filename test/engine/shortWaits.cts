import { letTimeFly } from './uptime.cts';

/** A second of the package's own pauses lasts this many milliseconds: who waits for whom stays as it is. */
const SECOND = 50;

/** Milliseconds that the longest one lasts, the one until WeChat's next minute. */
const LONGEST = 500;

jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (milliseconds: number) => {
		const short = Math.min((milliseconds * SECOND) / 1000, LONGEST);
		// What goes on after the tests, such as the next try of a dead server, keeps no process alive.
		await new Promise((resolve) => setTimeout(resolve, short).unref());
	},
}));

// What is waited for by the package's own clock is shortened as well.
beforeEach(() => letTimeFly(5));
