import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { cacheDirectory } from '../../test/n8n/paths.cts';
import { dayOf } from './data.cts';
import type { Bench } from './data.cts';
import { runOrThrow } from './run.cts';

const FILE = join(cacheDirectory, 'bench', 'results.json');

export const runBench = (): void => runOrThrow('npm run bench');

/** Sections may have been measured on several days; the oldest one counts. */
export function readBench(): Bench {
	const sections = JSON.parse(readFileSync(FILE, 'utf8')) as Bench['sections'];
	const [oldest] = Object.values(sections)
		.map(({ date }) => date)
		.sort();
	return { date: dayOf(oldest), sections };
}
