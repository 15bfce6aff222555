import { HookContext, WebhookContext } from 'n8n-core';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeParameters,
	type IWebhookData,
	type IWorkflowExecuteAdditionalData,
	NodeHelpers,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
	Workflow,
} from 'n8n-workflow';

import { WeChatOpenPlatformTrigger } from '../../nodes/WeChatOpenPlatformTrigger/WeChatOpenPlatformTrigger.node';
import { waitFor } from '../n8n/waitFor.cts';
import { inAnotherProcess } from './anotherProcess.cts';
import { inMemory, tableOf } from './engine.cts';
import { logged } from './log.cts';
import type { PlatformWorld } from './platformWorld.cts';

const WEBHOOK_ID = '2f1c';

/** Seconds of silence after which a process is considered ended. */
export const SILENT_FOR = 13;

/** Number of tests so far: each has its own trigger, because this process remembers things about triggers. */
let tests = 0;

/** The trigger at its own address, in n8n's contexts; this class stands for n8n's web server. */
export class TriggerServer {
	credentialIsDeleted = false;

	parameters: INodeParameters = {};

	/** `manual` while somebody listens in the editor. */
	mode: WorkflowExecuteMode = 'webhook';

	/** Whether n8n takes the body as a form, which leaves the node neither stream nor bytes. */
	isForm = false;

	/** The node's webhook ID; an imported workflow may have none. */
	webhookId: string | undefined = WEBHOOK_ID;

	/** Id of the trigger node: another id stands for another workflow with the same credential. */
	nodeId = `trigger-${tests}`;

	/** Items that started a workflow. */
	readonly items: IDataObject[] = [];

	/** How often each push was answered. */
	readonly answers: number[] = [];

	/** Content type and text of each answer. */
	readonly texts: string[] = [];

	/** What the webhook function threw, or did wrong toward n8n. */
	readonly errors: unknown[] = [];

	/** The workflow's static data, which n8n saves. */
	staticData: IDataObject = {};

	private server: Server | undefined;

	private readonly underWay = new Set<Promise<void>>();

	/** @param node the trigger, or another process's copy of it */
	constructor(
		private readonly world: PlatformWorld,
		private readonly node = new WeChatOpenPlatformTrigger(),
	) {}

	/** The credential as n8n keeps it. */
	get credential(): ICredentialDataDecryptedObject {
		return this.world.credential;
	}

	set credential(credential: ICredentialDataDecryptedObject) {
		this.world.credential = credential;
	}

	async start(): Promise<void> {
		this.server = createServer((request, response) => {
			const work = this.receive(request, response);
			this.underWay.add(work);
			void work.finally(() => this.underWay.delete(work));
		});
		await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
	}

	async close(): Promise<void> {
		await this.settle();
		await new Promise((resolve) => this.server?.close(resolve));
	}

	reset(): void {
		this.parameters = {};
		this.mode = 'webhook';
		this.isForm = false;
		this.webhookId = WEBHOOK_ID;
		this.nodeId = `trigger-${++tests}`;
		this.credentialIsDeleted = false;
		this.staticData = {};
		for (const list of [this.items, this.answers, this.texts, this.errors]) list.length = 0;
	}

	get url(): string {
		return `${this.origin}/webhook`;
	}

	/** Built from the webhook's id and path, as n8n does. */
	get productionUrl(): string {
		return `${this.url}/${WEBHOOK_ID}/wechat-open-platform`;
	}

	/** The address for followers' messages, in the form that WeChat's console accepts. */
	get messageUrl(): string {
		return `${this.url}/${WEBHOOK_ID}/${WEBHOOK_ID}/messages/$APPID$`;
	}

	/** The address of a webhook, as n8n shows it. */
	addressOf(webhook: 'default' | 'setup'): string | undefined {
		const { workflow, node, additionalData } = this.bench();
		const context = new HookContext(workflow, node, additionalData, 'trigger', 'activate');
		return context.getNodeWebhookUrl(webhook);
	}

	private get origin(): string {
		return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}`;
	}

	/** Resolves when every received push is finished; WeChat gets its answer earlier. */
	async settle(): Promise<void> {
		while (this.underWay.size > 0) await Promise.all(this.underWay);
	}

	/** Resolves when a push is on its way to the node. */
	async receiving(): Promise<void> {
		const isReceiving = async () => (this.underWay.size > 0 ? true : null);
		await waitFor(isReceiving, { what: 'a push', timeoutMs: 5000, intervalMs: 5 });
	}

	/** Activates the workflow. */
	async activate(activation: WorkflowActivateMode): Promise<boolean> {
		const { workflow, node, additionalData } = this.bench();
		const context = new HookContext(workflow, node, additionalData, 'trigger', activation);
		const { checkExists, create } = this.node.webhookMethods.default;
		return (await checkExists.call(context)) || (await create.call(context));
	}

	/** Deactivates the workflow. */
	async deactivate(activation: WorkflowActivateMode): Promise<boolean> {
		const { workflow, node, additionalData } = this.bench();
		const context = new HookContext(workflow, node, additionalData, 'trigger', activation);
		return await this.node.webhookMethods.default.delete.call(context);
	}

	private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { workflow, node, additionalData } = this.bench();
		const [, appid] = /\/messages\/([^/?]+)/.exec(request.url ?? '') ?? [];
		const sent = Object.assign(request, {
			query: queryOf(request.url),
			body: {},
			params: appid ? { appid } : {},
			async readRawBody(this: IncomingMessage & { rawBody?: Buffer }): Promise<void> {
				const chunks: Buffer[] = [];
				for await (const chunk of this) chunks.push(chunk as Buffer);
				this.rawBody = Buffer.concat(chunks);
			},
		});
		const { options } = node.parameters as { options?: { binaryData?: unknown } | null };
		// Otherwise n8n reads the body itself.
		if (options?.binaryData !== true) await sent.readRawBody();
		if (this.isForm) for await (const _ of sent) void _;
		additionalData.httpRequest = sent as never;
		additionalData.httpResponse = this.likeExpress(response) as never;
		const name = appid ? 'setup' : 'default';
		const webhook = { webhookDescription: { name } } as unknown as IWebhookData;
		const context = new WebhookContext(
			workflow,
			node,
			additionalData,
			this.mode,
			webhook,
			[],
			null,
		);
		try {
			const { workflowData, noWebhookResponse } = await this.node.webhook.call(context);
			if (noWebhookResponse !== true) this.errors.push('n8n answers the push once more');
			if (workflowData?.some((items) => items.length === 0)) {
				this.errors.push('n8n starts a workflow without an item');
			}
			this.items.push(...(workflowData ?? []).flat().map(({ json }) => json));
		} catch (error) {
			this.errors.push(error);
		}
		this.staticData = { ...workflow.getStaticData('node', node) };
		if (!response.writableEnded) response.writeHead(500).end();
	}

	/** Adds Express's methods to a plain response, and counts the answers. */
	private likeExpress(response: ServerResponse): ServerResponse {
		const at = this.answers.push(0) - 1;
		return Object.assign(response, {
			status: (code: number) => Object.assign(response, { statusCode: code }),
			type: (type: string) => response.setHeader('Content-Type', `${type}; charset=utf-8`),
			send: (text: string) => {
				this.answers[at]++;
				this.texts.push(`${String(response.getHeader('Content-Type'))}: ${text}`);
				return response.end(text);
			},
		});
	}

	private bench(): {
		workflow: Workflow;
		node: INode;
		additionalData: IWorkflowExecuteAdditionalData;
	} {
		const { properties } = this.node.description;
		const node: INode = {
			id: this.nodeId,
			name: 'Trigger',
			type: 'trigger',
			typeVersion: 1,
			position: [0, 0],
			webhookId: this.webhookId,
			parameters:
				NodeHelpers.getNodeParameters(properties, this.parameters, true, false, null, null) ?? {},
			credentials: { weChatOpenPlatformApi: { id: 'credential-1', name: 'Credential' } },
		};
		const workflow = new Workflow({
			id: 'workflow-1',
			name: 'test',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: {
				getByName: () => this.node,
				getByNameAndVersion: () => this.node,
				getKnownTypes: () => ({}),
			},
			staticData: { 'node:Trigger': this.staticData },
		});
		const table = this.credentialIsDeleted ? tableOf() : this.world.table;
		const { additionalData } = inMemory(table);
		additionalData.webhookBaseUrl = this.url;
		return { workflow, node, additionalData };
	}
}

/** Reads the query as n8n does: a parameter that comes twice is a list. */
function queryOf(url = ''): Record<string, string | string[]> {
	const { searchParams } = new URL(url, 'http://127.0.0.1');
	const names = [...new Set(searchParams.keys())];
	return Object.fromEntries(
		names.map((name) => {
			const values = searchParams.getAll(name);
			return [name, values.length > 1 ? values : values[0]];
		}),
	);
}

/** Starts a trigger for the tests of a file, and checks that each push is answered exactly once. */
export function useTrigger(world: PlatformWorld): TriggerServer {
	const server = new TriggerServer(world);
	beforeAll(async () => await server.start());
	afterAll(async () => await server.close());
	beforeEach(async () => {
		logged.length = 0;
		server.reset();
		await world.controls.setEventUrl(server.url);
	});
	afterEach(async () => {
		await server.settle();
		expect(server.errors).toStrictEqual([]);
		expect(server.answers).toEqual(server.answers.map(() => 1));
	});
	return server;
}

/** The trigger in another process of n8n, at its own address. */
export async function startInAnotherProcess(
	world: PlatformWorld,
	parameters: INodeParameters = {},
): Promise<TriggerServer> {
	const node = inAnotherProcess('WeChatOpenPlatformTrigger') as WeChatOpenPlatformTrigger;
	const server = new TriggerServer(world, node);
	server.parameters = parameters;
	await server.start();
	return server;
}
