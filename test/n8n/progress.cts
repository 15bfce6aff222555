import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TERMINAL_INTERVAL_MS = 1_000;
const LINE_INTERVAL_MS = 15_000;
const MEASURE_PAUSE_MS = 3_000;

/**
 * Runs some work that fills a directory, and shows its progress: on a terminal one line that is
 * rewritten every second, elsewhere a line every 15 seconds.
 */
export async function withProgress<T>(
	label: string,
	directory: string | null,
	work: () => Promise<T>,
): Promise<T> {
	const started = Date.now();
	const size = directory === null ? null : measure(directory);
	const line = () => {
		const megabytes = size?.megabytes() ?? 0;
		const onDisk = megabytes > 0 ? `${megabytes} MB on disk, ` : '';
		return `${label}: ${onDisk}${Math.round((Date.now() - started) / 1000)} s`;
	};
	const terminal = process.stdout.isTTY;
	const show = () => process.stdout.write(terminal ? `\r\x1b[2K${line()}` : `${line()}\n`);
	if (terminal || directory !== null) show();
	const timer = setInterval(show, terminal ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS);
	try {
		return await work();
	} finally {
		clearInterval(timer);
		size?.stop();
		process.stdout.write(terminal ? `\r\x1b[2K${line()}\n` : `${line()}\n`);
	}
}

/** Measures a directory repeatedly, one measurement at a time. */
function measure(directory: string): { megabytes(): number; stop(): void } {
	let megabytes = 0;
	let timer: NodeJS.Timeout | undefined;
	let stopped = false;
	const next = async () => {
		// du complains about files that vanish meanwhile, but still prints the sum.
		const { stdout } = await promisify(execFile)('du', ['-sk', directory]).catch(
			(failure: { stdout?: string }) => ({ stdout: failure.stdout ?? '' }),
		);
		const kilobytes = Number.parseInt(stdout, 10);
		if (kilobytes > 0) megabytes = Math.round(kilobytes / 1024);
		if (!stopped) timer = setTimeout(() => void next(), MEASURE_PAUSE_MS);
	};
	void next();
	return {
		megabytes: () => megabytes,
		stop() {
			stopped = true;
			clearTimeout(timer);
		},
	};
}
