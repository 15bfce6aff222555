import { cpus, loadavg, platform, arch } from 'node:os';
import { versions } from './packageFigures.cts';

/** `ratio` and `count` are shown without a unit. */
export type Unit = 's' | 'ms' | 'MB' | 'kB' | 'million' | '%' | 'ratio' | 'count';

/** One measured value, or null. */
export interface Figure {
	value: number | null;
	unit: Unit;
}

/** Figures by column heading; each row has the same headings. */
export interface Table {
	title: string;
	/** Heading of the column with the names of the rows. */
	of: string;
	rows: Array<{ name: string; figures: Record<string, Figure> }>;
	/** Notes below the table, such as why something was not measured. */
	notes?: string[];
}

/** A goal; smaller is better. */
export interface Goal extends Figure {
	what: string;
	limit: number;
}

/** The findings of a section of the bench. */
export interface Findings {
	tables: Table[];
	goals: Goal[];
}

/** Findings with the time, place and way of the measurement. */
export interface Section extends Findings {
	date: string;
	versions: string;
	machine: string;
	/** The load of the last minute, at the start and at the end of the section. */
	load: [number, number];
	sizes: object;
}

/** Runs a section, and notes the time, place and way. */
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
