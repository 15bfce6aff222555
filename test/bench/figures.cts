import type { Figure } from './results.cts';

export const seconds = (ms: number | null): Figure => ({ value: scaled(ms, 1e3), unit: 's' });
export const megabytes = (bytes: number | null): Figure => ({
	value: scaled(bytes, 1e6),
	unit: 'MB',
});
export const kilobytes = (bytes: number): Figure => ({ value: bytes / 1e3, unit: 'kB' });
export const milliseconds = (value: number | null): Figure => ({ value, unit: 'ms' });
export const count = (value: number): Figure => ({ value, unit: 'count' });
export const ratio = (value: number | null): Figure => ({ value, unit: 'ratio' });

const scaled = (value: number | null, by: number) => (value === null ? null : value / by);
