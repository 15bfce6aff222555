import type { RetryAfter, WhoActs } from '../wechat/errcodes';
import type { Emission, Operation } from './operation';
import type { Result } from './results';

const AGAIN: Readonly<Record<Exclude<RetryAfter, 'none'>, string>> = {
	minutes: 'to send again in a few minutes',
	nextDay: 'to send again the next day',
	nextMonth: 'to send again the next month',
};

const PERSONS: Readonly<Record<WhoActs, string>> = {
	nobody: 'nobody',
	officialAccountAdmin: 'the Official Account administrator',
	miniProgramAdmin: 'the Mini Program administrator',
	provider: 'the provider',
	operator: 'the operator',
	weChat: 'WeChat support',
};

/**
 * The run in one line, such as "980 sent, 12 pending, 3 to send again the next month, 5 need
 * attention: 2 from the provider, 3 from the operator"; empty without items.
 */
export function summarize({ summary }: Operation, emissions: readonly Emission[]): string {
	const failed = emissions
		.filter(({ outcome }) => outcome === 'failed')
		.map(({ json }) => json as Result);
	const attention = failed.filter((result) => !isForTimeAlone(result));
	const parts = [
		...countsOf(emissions, ({ outcome }) =>
			outcome === 'failed' ? '' : (summary[outcome] ?? outcome),
		),
		...Object.entries(AGAIN).flatMap(([retryAfter, label]) =>
			countsOf(
				failed.filter((result) => isForTimeAlone(result) && result.retryAfter === retryAfter),
				() => label,
			),
		),
	];
	if (attention.length > 0) {
		const from = countsOf(attention, ({ whoActs }) => `from ${PERSONS[whoActs]}`);
		const verb = attention.length === 1 ? 'needs' : 'need';
		parts.push(`${attention.length} ${verb} attention: ${from.join(', ')}`);
	}
	return parts.join(', ');
}

/** Whether an item has only to be sent again. */
function isForTimeAlone({ whoActs, retryAfter }: Result): boolean {
	return whoActs === 'nobody' && retryAfter !== 'none';
}

/** How many have each label, in the order they come; those without one are left out. */
function countsOf<T>(entries: readonly T[], labelOf: (entry: T) => string): string[] {
	const counts = new Map<string, number>();
	for (const entry of entries) {
		const label = labelOf(entry);
		if (label) counts.set(label, (counts.get(label) ?? 0) + 1);
	}
	return [...counts].map(([label, count]) => `${count} ${label}`);
}
