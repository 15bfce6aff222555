import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import axios from 'axios';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import pLimit from 'p-limit';

/** axios alone with open connections, which a node of n8n cannot use. */
export class BenchAxios implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Axios',
		name: 'benchAxios',
		group: ['transform'],
		version: 1,
		description: 'Calls WeChat in a bare loop without n8n',
		defaults: { name: 'Bench Axios' },
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
		const params = { access_token: this.getNodeParameter('token', 0) as string };
		const concurrency = this.getNodeParameter('concurrency', 0) as number;
		const open = { keepAlive: true, maxSockets: concurrency };
		const agents = { httpAgent: new Agent(open), httpsAgent: new SecureAgent(open) };
		const limit = pLimit(concurrency);
		const callOf = async (input: IDataObject, item: number): Promise<INodeExecutionData> => {
			const body = { appid: input.miniProgramAppId, notify_users: 0, show_profile: 0 };
			const { data } = await axios.post<IDataObject>(url, body, { params, ...agents });
			return { json: data, pairedItem: { item } };
		};
		const items = this.getInputData();
		const calls = items.map(({ json }, item) => limit(callOf, json, item));
		return [
			await Promise.all(calls).finally(() => {
				for (const agent of Object.values(agents)) agent.destroy();
			}),
		];
	}
}
