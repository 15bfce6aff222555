import { inTime, LATE, unlessStopped } from '../../../nodes/calls/waiting';

const never = async () => await new Promise<string>(() => undefined);

describe('Waits', () => {
	it('A wait returns the result of the work', async () => {
		expect(await unlessStopped(Promise.resolve('done'), undefined)).toBe('done');
		expect(await unlessStopped(Promise.resolve('done'), new AbortController().signal)).toBe('done');
	});

	it('A wait ends when its signal aborts', async () => {
		const stopping = new AbortController();
		const waiting = unlessStopped(never(), stopping.signal);
		stopping.abort();
		expect(await waiting).toBeUndefined();
	});

	it('A wait does not begin if its signal has aborted', async () => {
		expect(await unlessStopped(never(), AbortSignal.abort())).toBeUndefined();
	});

	it('A wait fails if the work fails', async () => {
		const failing = Promise.reject(new Error('not done'));
		await expect(unlessStopped(failing, new AbortController().signal)).rejects.toThrow('not done');
	});

	it('Work with a deadline returns its result, even if that is nothing', async () => {
		expect(await inTime(Promise.resolve('done'), 1000)).toBe('done');
		expect(await inTime(Promise.resolve(undefined), 1000)).toBeUndefined();
	});

	it('Work that ends after its deadline is reported as late', async () => {
		await expect(inTime(never(), 1)).rejects.toBe(LATE);
	});
});
