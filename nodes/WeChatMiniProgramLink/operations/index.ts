import type { Operation } from '../../shared/operation';
import { getManyOperation } from './getMany';
import { getStatusOperation } from './getStatus';
import { linkOperation } from './link';
import { unlinkOperation } from './unlink';

/** All operations of the node, in the order of the parameter Operation. */
export const OPERATIONS: readonly Operation[] = [
	getManyOperation,
	getStatusOperation,
	linkOperation,
	unlinkOperation,
];
