import type { INodeType } from 'n8n-workflow';

import { ownCopy } from '../ownCopy.cts';

/** A node as another process of n8n has it: it shares nothing with this one but the database. */
export function inAnotherProcess(name = 'WeChatMiniProgramLink'): INodeType {
	const types = ownCopy<Record<string, new () => INodeType>>(
		`export * from './nodes/${name}/${name}.node'`,
	);
	return new types[name]();
}
