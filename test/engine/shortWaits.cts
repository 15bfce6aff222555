import { letTimeFly } from './uptime.cts';

/** Milliseconds that a second of the package's own pauses lasts; their order stays the same. */
const SECOND = 50;

/** Milliseconds that the longest pause lasts, the one until WeChat's next minute. */
const LONGEST = 500;

jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (milliseconds: number) => {
		const short = Math.min((milliseconds * SECOND) / 1000, LONGEST);
		// A pause that outlasts the tests, such as one before the next try of a dead server, keeps no process alive.
		await new Promise((resolve) => setTimeout(resolve, short).unref());
	},
}));

// Speeds up what the package measures itself.
beforeEach(() => letTimeFly(5));
