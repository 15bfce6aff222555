import type { INode, INodeParameters } from 'n8n-workflow';

import type { Execution, Workflow } from '../n8n/n8n.cts';
import { startFakeModel } from './fakeModel.cts';
import type { ChatMessage, FakeModel } from './fakeModel.cts';
import { CREDENTIAL_TYPE, LINK, mp, NODE, NODE_TYPE, TRIGGER, triggerNode } from './workflows.cts';
import type { Account, World } from './world.cts';

const ANSWER = 'The merchant has to allow it first.';
const APP_ID = "={{ $fromAI('miniProgramAppId', 'appid of the Mini Program', 'string') }}";

/** The node as a tool of n8n's own AI agent. */
export function testAgent(world: World): void {
	let model: FakeModel;
	let account: Account;
	let execution: Execution;

	beforeAll(async () => {
		model = await startFakeModel({ miniProgramAppId: mp(7) }, ANSWER);
		account = await world.addAccount();
		await world.controls.answerWith({ account: account.appId }, { errcode: 89245 });
		const modelCredential = await world.running.createCredential({
			name: 'Model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.url, header: false },
		});
		execution = await world.running.runWorkflow(agentWorkflow(account.credential, modelCredential));
	});

	afterAll(() => model.close());

	it('The agent offers the node to its model as a tool, with the argument that the model fills in', () => {
		const [tool] = model.requests[0].tools ?? [];
		expect(tool.function.name).toContain('WeChat_Mini_Program_Link');
		expect(JSON.stringify(tool.function.parameters)).toContain('appid of the Mini Program');
	});

	it('The tool sends the Mini Program that the model asks for', async () => {
		expect(await world.controls.calls({ account: account.appId })).toMatchObject([
			{ path: LINK, miniProgramAppId: mp(7), errcode: 89245 },
		]);
	});

	it('The tool tells the model the category, the code and the hint of a refusal', () => {
		const { messages } = model.requests[1];
		const answer = textOf(messages.find(({ role }) => role === 'tool'));
		expect(answer).toContain('notAllowed');
		expect(answer).toContain('89245');
		expect(answer).toContain('allows Official Accounts to link it');
	});

	it('The agent finishes its run after a refusal', () => {
		expect(model.requests).toHaveLength(2);
		expect(execution.status).toBe('success');
		expect(execution.nodes.Agent.outputs[0][0].json).toMatchObject({ output: ANSWER });
	});
}

const textOf = (message: ChatMessage | undefined): string =>
	typeof message?.content === 'string' ? message.content : JSON.stringify(message?.content);

function agentWorkflow(credential: string, modelCredential: string): Workflow {
	const node = (index: number, part: Pick<INode, 'name' | 'type'> & Partial<INode>): INode => ({
		id: `00000000-0000-4000-8000-00000000001${index}`,
		typeVersion: 1,
		position: [200 * index, 0],
		parameters: {},
		...part,
	});
	const prompt: INodeParameters = { promptType: 'define', text: 'Link it', options: {} };
	const toolParameters: INodeParameters = {
		operation: 'link',
		miniProgramAppId: { __rl: true, mode: 'id', value: APP_ID },
	};
	return {
		name: 'An agent that links',
		nodes: [
			triggerNode(),
			node(1, {
				name: 'Agent',
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion: 3.1,
				parameters: prompt,
			}),
			node(2, {
				name: 'Model',
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.2,
				parameters: { model: { __rl: true, mode: 'id', value: 'fake' }, options: {} },
				credentials: { openAiApi: { id: modelCredential, name: 'Model' } },
			}),
			node(3, {
				name: NODE,
				type: `${NODE_TYPE}Tool`,
				parameters: toolParameters,
				credentials: { [CREDENTIAL_TYPE]: { id: credential, name: 'Account' } },
			}),
		],
		connections: {
			[TRIGGER]: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
			[NODE]: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
	};
}
