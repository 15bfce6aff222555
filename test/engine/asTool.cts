import { SupplyDataContext } from 'n8n-core';
import {
	createRunExecutionData,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { setUp, type RunOptions } from './engine.cts';

/** The node as n8n offers it to an AI agent: one output of the type ai_tool, no input. */
function toTool(): INodeType {
	const node = new WeChatMiniProgramLink();
	const description: INodeTypeDescription = {
		...node.description,
		inputs: [],
		outputs: [{ type: 'ai_tool', displayName: 'Tool' }],
	};
	return Object.assign(Object.create(node) as INodeType, { description });
}

/**
 * @param agentItems the agent's own input; default: what it passes to the tool
 * @returns the outputs, of which the agent sees the first
 */
export async function runAsTool(
	options: RunOptions,
	agentItems = options.items,
): Promise<INodeExecutionData[][]> {
	const nodeType = toTool();
	const { workflow, node, additionalData } = setUp(options, nodeType);
	const input = options.items.map((json) => ({ json }));
	const context = new SupplyDataContext(
		workflow,
		node,
		additionalData,
		'trigger',
		createRunExecutionData({}),
		0,
		agentItems.map((json) => ({ json })),
		{ ai_tool: [input] },
		'ai_tool',
		{ node, data: { ai_tool: [input] }, source: null },
		[],
	);
	const outputs = await nodeType.execute?.call(context as never);
	if (!Array.isArray(outputs)) throw new Error('no outputs');
	return outputs;
}
