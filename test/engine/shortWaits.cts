/** A second of the package's own pauses lasts this many milliseconds: who waits for whom stays as it is. */
const SECOND = 50;

jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (milliseconds: number) => {
		await new Promise((resolve) => setTimeout(resolve, (milliseconds * SECOND) / 1000));
	},
}));
