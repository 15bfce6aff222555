import type { INodeType } from 'n8n-workflow';

import { ownCopy } from '../ownCopy.cts';

/** A node in another process of n8n: it shares only the database with this one. */
export function inAnotherProcess(name = 'WeChatMiniProgramLink'): INodeType {
	const types = ownCopy<Record<string, new () => INodeType>>(
		`export * from './nodes/${name}/${name}.node'`,
	);
	return new types[name]();
}
