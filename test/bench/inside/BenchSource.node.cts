import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { merchants } from './items.cts';

/** Returns the merchants' list, so that the REST API does not have to carry it. */
export class BenchSource implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Source',
		name: 'benchSource',
		group: ['transform'],
		version: 1,
		description: 'Gives a list of merchants',
		defaults: { name: 'Bench Source' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{ displayName: 'Count', name: 'count', type: 'number', default: 1 },
			{ displayName: 'Accounts', name: 'accounts', type: 'number', default: 1 },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const count = this.getNodeParameter('count', 0) as number;
		const accounts = this.getNodeParameter('accounts', 0) as number;
		return [merchants(count, accounts).map((json) => ({ json, pairedItem: { item: 0 } }))];
	}
}
