import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether an AI agent calls. n8n replaces the node's outputs then, and reads only the first. */
export function isToolExecution(context: IExecuteFunctions): boolean {
	return (
		(context.isToolExecution?.() ?? false) ||
		context.getNodeOutputs().some(({ type }) => type === 'ai_tool')
	);
}
