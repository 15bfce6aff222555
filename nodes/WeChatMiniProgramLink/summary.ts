import type { Emission, Operation } from './operation';

/** The run in one line, such as "980 sent, 12 pending, 8 need attention"; empty without items. */
export function summarize({ summary }: Operation, emissions: readonly Emission[]): string {
	const counts = new Map<string, number>();
	for (const { outcome } of emissions) {
		const label = outcome === 'failed' ? 'need attention' : (summary[outcome] ?? outcome);
		counts.set(label, (counts.get(label) ?? 0) + 1);
	}
	const attention = counts.get('need attention');
	counts.delete('need attention');
	const parts = [...counts].map(([label, count]) => `${count} ${label}`);
	if (attention) parts.push(`${attention} ${attention === 1 ? 'needs' : 'need'} attention`);
	return parts.join(', ');
}
