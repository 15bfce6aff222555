import { cpus, loadavg, platform, arch } from 'node:os';
import { versions } from './packageFigures.cts';

/** `ratio` and `count` are shown without a unit. */
export type Unit = 's' | 'ms' | 'MB' | 'kB' | 'million' | '%' | 'ratio' | 'count';

/** One measured value, null where it could not be measured. */
export interface Figure {
	value: number | null;
	unit: Unit;
}

/** Figures by heading of their column; each row has the same headings. */
export interface Table {
	title: string;
	/** Heading over the names of the rows. */
	of: string;
	rows: Array<{ name: string; figures: Record<string, Figure> }>;
	/** What is to be said below, such as why something was not measured. */
	notes?: string[];
}

/** One thing to reach; smaller is better. */
export interface Goal extends Figure {
	what: string;
	limit: number;
}

/** What a section of the bench has measured. */
export interface Findings {
	tables: Table[];
	goals: Goal[];
}

/** Findings with all that says when, where and how they were made. */
export interface Section extends Findings {
	date: string;
	versions: string;
	machine: string;
	/** Of the last minute, when the section began and when it ended. */
	load: [number, number];
	sizes: object;
}

/** Runs a section, and says when, where and how. */
export async function runSection<Sizes extends object>(
	measure: (sizes: Sizes) => Promise<Findings>,
	sizes: Sizes,
): Promise<Section> {
	const loadBefore = loadavg()[0];
	const findings = await measure(sizes);
	return {
		date: new Date().toISOString(),
		versions: await versions(),
		machine: `${cpus()[0].model}, ${cpus().length} cores, ${platform()} ${arch()}`,
		load: [loadBefore, loadavg()[0]],
		sizes,
		...findings,
	};
}
