import type { INode } from 'n8n-workflow';

import { setWorkflow } from './merchantSet.cts';
import type { RunningN8n } from './runningN8n.cts';
import type { Workflow } from './types.cts';

const LOGIN = { user: 'operator', password: 'Only4ThisMachine' };
const WEBHOOK = 'n8n-nodes-base.webhook';
const CALL = 'n8n-nodes-base.executeWorkflow';

/** The only node of a stand-in workflow. */
export type Answer = Pick<INode, 'type' | 'typeVersion' | 'parameters'>;

/** Adds these fields to each item. */
export const withFields = (fields: Record<string, string | boolean>): Answer => ({
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		assignments: {
			assignments: Object.entries(fields).map(([name, value]) => ({
				id: name,
				name,
				value,
				type: typeof value === 'boolean' ? 'boolean' : 'string',
			})),
		},
		includeOtherFields: true,
		options: {},
	},
});

/** Stand-ins for the workflows that the lists call, by id; refresh finds nothing new. */
const CALLED: Readonly<Record<string, Answer>> = {
	wechatRefresh: withFields({}),
	wechatAddresses: withFields({
		address: `={{ 'https://n8n.example.com/webhook/wechat-merchant?m=' + $json.id + '&e=1799999999&s=${'0123456789abcdef'.repeat(4)}' }}`,
	}),
	wechatSend: withFields({ sent: true, problem: '' }),
};
const inPlaceOf = (id: string): string => `instead${id.slice('wechat'.length)}`;

/** The work list and the weekly report in an n8n, with a login for their pages. */
export class MerchantLists {
	private login = '';

	/** @param answers stand-ins for called workflows, by id; other workflows are called themselves */
	constructor(
		private readonly running: RunningN8n,
		private readonly credentialId: string,
		private readonly answers: Readonly<Record<string, Answer>> = CALLED,
	) {}

	/** Stores the login and the stand-ins. */
	async prepare(): Promise<void> {
		const name = 'Lists of merchants';
		this.login = await this.running.createCredential({ name, type: 'httpBasicAuth', data: LOGIN });
		for (const id of Object.keys(this.answers)) await this.answer(id);
	}

	/** Replaces the stand-in for a called workflow, or restores its first one. */
	async answer(id: string, answer: Answer = this.answers[id]): Promise<void> {
		await this.publish(calledWorkflow(inPlaceOf(id), answer));
	}

	/** The workflow of a list as an operator sets it up. */
	workflow(name: string): Workflow & { id: string } {
		const workflow = setWorkflow(name, this.credentialId);
		for (const node of workflow.nodes) {
			if (node.type === WEBHOOK) {
				node.credentials = { httpBasicAuth: { id: this.login, name: 'Lists of merchants' } };
			} else if (node.type === CALL) {
				const called = node.parameters.workflowId as { value: string };
				if (called.value in this.answers) called.value = inPlaceOf(called.value);
			}
		}
		return workflow;
	}

	/** Stores and publishes a list. */
	async publish(workflow: Workflow & { id: string }): Promise<void> {
		await this.running.saveWorkflow(workflow);
		await this.running.activateWorkflow(workflow.id);
	}

	/** Address of a list's page. */
	address(name: string): string {
		const webhook = this.workflow(name).nodes.find(({ type }) => type === WEBHOOK);
		return `${this.running.url}/webhook/${String(webhook?.parameters.path)}`;
	}

	/** The header of the login. */
	static get authorization(): string {
		return `Basic ${Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString('base64')}`;
	}

	/** The login of the pages for a browser. */
	static get httpCredentials(): { username: string; password: string } {
		return { username: LOGIN.user, password: LOGIN.password };
	}
}

function calledWorkflow(id: string, answer: Answer): Workflow & { id: string } {
	const trigger: INode = {
		id: 'called',
		name: 'Called',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		position: [0, 0],
		parameters: { inputSource: 'passthrough' },
	};
	const nodes = [trigger, { id: 'answer', name: 'Answer', position: [200, 0], ...answer } as INode];
	const connections = { Called: { main: [[{ node: 'Answer', type: 'main' as const, index: 0 }]] } };
	return { id, name: id, nodes, connections };
}
