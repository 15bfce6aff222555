import type { INodeType } from 'n8n-workflow';

/** A node as another process of n8n has it: it shares nothing with this one but the database. */
export function inAnotherProcess(name = 'WeChatMiniProgramLink'): INodeType {
	let node: INodeType | undefined;
	jest.isolateModules(() => {
		const types = jest.requireActual<Record<string, new () => INodeType>>(
			`../../nodes/${name}/${name}.node`,
		);
		node = new types[name]();
	});
	if (!node) throw new Error('not loaded');
	return node;
}
