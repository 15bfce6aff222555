import type { IDataObject, IExecuteFunctions, INodeParameters } from 'n8n-workflow';

/** A run with these parameters and items. Each expression returns its own text with the item's index. */
export function contextWith(parameters: INodeParameters, items: IDataObject[] = []) {
	const reads: string[] = [];
	const context = {
		getNode: () => ({ parameters }),
		getNodeOutputs: () => [],
		getInputData: () => items.map((json) => ({ json })),
		getNodeParameter: (name: string, itemIndex: number, fallback?: unknown) => {
			reads.push(name);
			const value = parameters[name] ?? fallback;
			return typeof value === 'string' && value.startsWith('=') ? `${value} ${itemIndex}` : value;
		},
	};
	return { context: context as unknown as IExecuteFunctions, reads };
}
