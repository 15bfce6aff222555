import type { INodeProperties } from 'n8n-workflow';

/** As the editor sets it. */
const DEFAULT_LIMIT = 50;

/** Return All and Limit of a Get Many operation. */
export function limitProperties(resource: string): INodeProperties[] {
	const show = { resource: [resource], operation: ['getMany'] };
	return [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			displayOptions: { show },
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			displayOptions: { show: { ...show, returnAll: [false] } },
			description: 'Max number of results to return',
		},
	];
}

/** How many results these two parameters ask for; an expression may give anything. */
export function limitOf(parameter: (name: string) => unknown): number {
	if (parameter('returnAll') === true) return Infinity;
	const limit = Math.floor(Number(parameter('limit')));
	return limit >= 1 ? limit : DEFAULT_LIMIT;
}
