import { appendFileSync } from 'node:fs';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { STARTED_FILE } from './figures.cts';
import type { Started } from './figures.cts';

/** Writes each received item into a file. */
export class BenchStarted implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Started',
		name: 'benchStarted',
		group: ['transform'],
		version: 1,
		description: 'Writes down that a workflow has started',
		defaults: { name: 'Bench Started' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const workflowId = this.getWorkflow().id ?? '';
		const lines = items.map(({ json }) => {
			const account = (json.officialAccountAppId ?? null) as Started['account'];
			return `${JSON.stringify({ workflowId, account } satisfies Started)}\n`;
		});
		appendFileSync(process.env[STARTED_FILE] ?? '', lines.join(''));
		return [items];
	}
}
