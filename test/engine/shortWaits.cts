import { letTimeFly } from './uptime.cts';

/** Milliseconds in a test for one second of the package's own pauses; their order stays the same. */
const SECOND = 50;

/** Milliseconds in a test for the longest pause, the one until WeChat's next minute. */
const LONGEST = 500;

jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (milliseconds: number) => {
		const short = Math.min((milliseconds * SECOND) / 1000, LONGEST);
		// A pause that outlasts the tests, such as before the next try of a dead server, must not keep the process alive.
		await new Promise((resolve) => setTimeout(resolve, short).unref());
	},
}));

// Also speeds up the time that the package measures.
beforeEach(() => letTimeFly(5));
