import type { Cost } from './measure.cts';
import type { PackageFigures } from './packageFigures.cts';

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes: number | null) =>
	bytes === null ? 'unknown' : `${Math.round(bytes / 1e6)} MB`;
const ratio = (value: number) => value.toFixed(2);

/** A table in Markdown that can be read as it is. */
export function table(header: string[], rows: string[][]): string {
	const widths = header.map((_, n) => Math.max(...[header, ...rows].map((row) => row[n].length)));
	const line = (cells: string[]) =>
		`| ${cells.map((cell, n) => cell.padEnd(widths[n])).join(' | ')} |`;
	const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
	return [line(header), rule, ...rows.map(line)].join('\n');
}

/** What each variant took, and as a share of one of them. */
export function variantTable(costs: Map<string, Cost>, base: string): string {
	const baseCost = costOf(costs, base);
	const header = [
		'Variant',
		'CPU',
		'Time',
		'Peak memory',
		'Added',
		`CPU / ${base}`,
		`Time / ${base}`,
	];
	const rows = [...costs].map(([name, { timeMs, cpuMs, peakBytes, addedBytes }]) => [
		name,
		seconds(cpuMs),
		seconds(timeMs),
		megabytes(peakBytes),
		megabytes(addedBytes),
		ratio(cpuMs / baseCost.cpuMs),
		ratio(timeMs / baseCost.timeMs),
	]);
	return table(header, rows);
}

/** How a variant's cost grows with the number of items. */
export interface Growth {
	name: string;
	count: number;
	/** What it took, or why the run did not end well. */
	cost: Cost | string;
}

export function growthTable(growth: Growth[]): string {
	const header = [
		'Variant',
		'Items',
		'Time',
		'Time an item',
		'CPU an item',
		'Peak memory',
		'Added',
	];
	const rows = growth.map(({ name, count, cost }) =>
		typeof cost === 'string'
			? [name, String(count), 'failed', '', '', '', '']
			: [
					name,
					String(count),
					seconds(cost.timeMs),
					`${(cost.timeMs / count).toFixed(2)} ms`,
					`${(cost.cpuMs / count).toFixed(2)} ms`,
					megabytes(cost.peakBytes),
					megabytes(cost.addedBytes),
				],
	);
	const failures = growth.flatMap(({ count, cost }) =>
		typeof cost === 'string' ? `\n\n${count} items: ${cost}` : [],
	);
	return table(header, rows) + failures.join('');
}

/** One thing to reach; smaller is better. */
export interface Goal {
	what: string;
	value: number;
	limit: number;
	unit: string;
}

/** In CPU, which other work on the machine disturbs least. */
export function speedGoals(costs: Map<string, Cost>, protocol: string, byHand: string): Goal[] {
	const { cpuMs } = costOf(costs, 'node');
	const goalOf = (name: string, limit: number): Goal => ({
		what: `CPU, node / ${name}, ${protocol}`,
		value: cpuMs / costOf(costs, name).cpuMs,
		limit,
		unit: '',
	});
	return [goalOf(byHand, 0.3), goalOf('floor', 1.15)];
}

/** With the most items, an item of the node costs as much as with a common number of them. */
export function growthGoal(growth: Growth[], common: number): Goal {
	const ofNode = growth.filter(({ name }) => name === 'node');
	const most = Math.max(...ofNode.map(({ count }) => count));
	const cpuOfItem = (items: number) => {
		const cost = ofNode.find(({ count }) => count === items)?.cost;
		if (!cost || typeof cost === 'string') throw new Error(`${items} items were not measured`);
		return cost.cpuMs / items;
	};
	const what = `CPU an item, ${most} items / ${common} items`;
	return { what, value: cpuOfItem(most) / cpuOfItem(common), limit: 1.1, unit: '' };
}

export function packageGoals(figures: PackageFigures): Goal[] {
	const { bytes, loadMs } = figures;
	return [
		{
			what: 'Package',
			value: bytes / 1000,
			limit: 150,
			unit: ' kB',
		},
		{ what: 'Loading all nodes and credentials', value: loadMs, limit: 30, unit: ' ms' },
	];
}

export function goalTable(goals: Goal[]): string {
	const header = ['Goal', 'At most', 'Measured', ''];
	const rows = goals.map(({ what, value, limit, unit }) => {
		const shown = Number(value.toFixed(unit ? 1 : 2));
		const verdict = shown <= limit ? 'met' : `missed by ${(shown - limit).toFixed(2)}${unit}`;
		return [what, `${limit}${unit}`, `${shown}${unit}`, verdict];
	});
	return table(header, rows);
}

export function costOf(costs: Map<string, Cost>, name: string): Cost {
	const cost = costs.get(name);
	if (!cost) throw new Error(`"${name}" was not measured`);
	return cost;
}
