import { unlessStopped } from '../../../nodes/calls/waiting';

const never = async () => await new Promise<string>(() => undefined);

describe('waiting for some work', () => {
	it('gives what comes of it', async () => {
		expect(await unlessStopped(Promise.resolve('done'), undefined)).toBe('done');
		expect(await unlessStopped(Promise.resolve('done'), new AbortController().signal)).toBe('done');
	});

	it('ends when the signal is given', async () => {
		const stopping = new AbortController();
		const waiting = unlessStopped(never(), stopping.signal);
		stopping.abort();
		expect(await waiting).toBeUndefined();
	});

	it('does not begin where the signal was given before', async () => {
		expect(await unlessStopped(never(), AbortSignal.abort())).toBeUndefined();
	});

	it('fails as the work fails', async () => {
		const failing = Promise.reject(new Error('not done'));
		await expect(unlessStopped(failing, new AbortController().signal)).rejects.toThrow('not done');
	});
});
