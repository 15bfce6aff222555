import type { INodeType } from 'n8n-workflow';

/** The node as another process of n8n has it: it shares nothing with this one but the database. */
export function inAnotherProcess(): INodeType {
	let node: INodeType | undefined;
	jest.isolateModules(() => {
		const path = '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
		const { WeChatMiniProgramLink } = jest.requireActual<{
			WeChatMiniProgramLink: new () => INodeType;
		}>(path);
		node = new WeChatMiniProgramLink();
	});
	if (!node) throw new Error('not loaded');
	return node;
}
