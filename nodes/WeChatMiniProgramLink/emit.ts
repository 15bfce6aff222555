import type { IDataObject } from 'n8n-workflow';

import type { Emission } from './operation';
import type { Result } from './results';

/** A result as it leaves the node. */
export function emitResult(result: Result, extraFields?: IDataObject): Emission[] {
	const { category, outcome } = result;
	return [{ json: { ...result, ...extraFields }, category, outcome }];
}

/** What was read, for operations that read. */
export function emitRead(json: IDataObject): Emission {
	return { json, category: 'success', outcome: 'read' };
}

/** Whether an item was not carried out. */
export function isFailure({ outcome }: Emission): boolean {
	return outcome === 'failed';
}
