import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import pLimit from 'p-limit';

/** The least work of a node: n8n sends a request for each item, without expressions. */
export class BenchFloor implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Floor',
		name: 'benchFloor',
		group: ['transform'],
		version: 1,
		description: 'Calls WeChat in a bare loop',
		defaults: { name: 'Bench Floor' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{ displayName: 'URL', name: 'url', type: 'string', default: '' },
			{ displayName: 'Token', name: 'token', type: 'string', default: '' },
			{ displayName: 'Concurrency', name: 'concurrency', type: 'number', default: 200 },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const url = this.getNodeParameter('url', 0) as string;
		const token = this.getNodeParameter('token', 0) as string;
		const limit = pLimit(this.getNodeParameter('concurrency', 0) as number);
		const callOf = async (input: IDataObject, item: number): Promise<INodeExecutionData> => {
			const json = (await this.helpers.httpRequest({
				method: 'POST',
				url,
				qs: { access_token: token },
				body: { appid: input.miniProgramAppId, notify_users: 0, show_profile: 0 },
				json: true,
			})) as IDataObject;
			return { json, pairedItem: { item } };
		};
		const items = this.getInputData();
		return [await Promise.all(items.map(({ json }, item) => limit(callOf, json, item)))];
	}
}
