import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

type Named = INodeProperties | INodePropertyCollection | INodePropertyOptions;

/** The names of parameters or fields and of what they offer, as an operator reads them. */
export function namesIn(entries: Named[]): string[] {
	return entries.flatMap((entry) => [
		'displayName' in entry ? entry.displayName : entry.name,
		...('options' in entry ? namesIn(entry.options ?? []) : []),
	]);
}
