import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

/** The least work of a trigger for pushes: it answers `success` to everything. */
export class BenchTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Trigger',
		name: 'benchTrigger',
		group: ['trigger'],
		version: 1,
		description: 'Answers every request with success',
		defaults: { name: 'Bench Trigger' },
		inputs: [],
		outputs: ['main'],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'bench' }],
		properties: [
			{ displayName: 'Starts a Run', name: 'startsRun', type: 'boolean', default: false },
			// With this option n8n does not parse the body, as for the package's trigger.
			{
				displayName: 'Options',
				name: 'options',
				type: 'hidden',
				default: { binaryData: true } as never,
			},
		],
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		this.getResponseObject().status(200).type('text/plain').send('success');
		const startsRun = this.getNodeParameter('startsRun') as boolean;
		return { noWebhookResponse: true, ...(startsRun && { workflowData: [[{ json: {} }]] }) };
	}
}
