import type { INodeOutputConfiguration } from 'n8n-workflow';

import type { Category } from '../wechat/errcodes';

/** How the parameter Output Mode spreads the items over outputs. */
export type OutputMode = 'category' | 'successOrNot' | 'single';

/** The outputs of one operation in the mode `category`, and what leaves through which. */
export interface Branches {
	readonly names: readonly string[];
	/** Index of the output of a result; the last one takes what has no entry. */
	readonly byOutcome: Readonly<Record<string, number>>;
	readonly byCategory: Readonly<Partial<Record<Category, number>>>;
	/** The mode `successOrNot`: its two outputs, and what leaves through the first. */
	readonly successOrNot: {
		readonly names: readonly [string, string];
		readonly isSuccess: (outcome: string) => boolean;
	};
}

const SUCCESS_OR_NOT: Branches['successOrNot'] = {
	names: ['Success', 'Not Successful'],
	isSuccess(outcome) {
		return outcome !== 'failed';
	},
};

/** link and unlink. */
export const REQUEST_BRANCHES: Branches = {
	names: [
		'Success',
		'Pending',
		'Quota Reached',
		'Not Allowed',
		'Authorization',
		'Retry Later',
		'Other',
	],
	byOutcome: {},
	byCategory: { success: 0, pending: 1, quota: 2, forbidden: 3, authorization: 4, retryable: 5 },
	successOrNot: SUCCESS_OR_NOT,
};

/** getStatus. Refused stands where Not Allowed does: n8n keeps wires by position. */
export const STATUS_BRANCHES: Branches = {
	names: ['Linked', 'Pending', 'Not Linked', 'Refused', 'Authorization', 'Retry Later', 'Other'],
	byOutcome: {
		linked: 0,
		pendingMiniProgramAdmin: 1,
		pendingOfficialAccountAdmin: 1,
		notLinked: 2,
		refused: 3,
		unknownStatus: 6,
	},
	byCategory: { authorization: 4, retryable: 5 },
	successOrNot: {
		names: ['Linked', 'Not Linked'],
		isSuccess(outcome) {
			return outcome === 'linked';
		},
	},
};

/** Operations that read. */
export const READ_BRANCHES: Branches = {
	names: ['Success', 'Authorization', 'Retry Later', 'Other'],
	byOutcome: {},
	byCategory: { success: 0, authorization: 1, retryable: 2 },
	successOrNot: SUCCESS_OR_NOT,
};

/** What an operation gives for one item: a result, or an entry of a list. */
export interface Emitted {
	category: Category;
	/** `failed` when the item was not carried out. */
	outcome: string;
}

/** Index of the output that something leaves through. */
export function outputIndexOf(mode: OutputMode, branches: Branches, emitted: Emitted): number {
	if (mode === 'single') return 0;
	if (mode === 'successOrNot') return branches.successOrNot.isSuccess(emitted.outcome) ? 0 : 1;
	return (
		branches.byOutcome[emitted.outcome] ??
		branches.byCategory[emitted.category] ??
		branches.names.length - 1
	);
}

/** Number of the node's outputs. */
export function outputCountOf(mode: OutputMode, branches: Branches): number {
	const { names, successOrNot } = branches;
	return { single: 1, successOrNot: successOrNot.names.length, category: names.length }[mode];
}

/**
 * The expression that gives n8n the outputs for the parameters as they are set. It is data and a
 * look-up, since n8n evaluates it in the editor as well as in the engine.
 *
 * @param byOperation branches by operation, `<resource>.<operation>`
 */
export function outputsExpression(byOperation: Readonly<Record<string, Branches>>): string {
	const table: Record<string, INodeOutputConfiguration[]> = {
		single: [{ type: 'main' }],
	};
	for (const [operation, { names, successOrNot }] of Object.entries(byOperation)) {
		table[operation] = toOutputs(names);
		table[`${operation}.successOrNot`] = toOutputs(successOrNot.names);
	}
	const data = JSON.stringify(table);
	const mode = '$parameter["outputMode"]';
	const operation = '$parameter["resource"] + "." + $parameter["operation"]';
	const suffix = `(${mode} === "successOrNot" ? ".successOrNot" : "")`;
	return `={{ (${data})[${mode} === "single" ? ${mode} : ${operation} + ${suffix}] }}`;
}

function toOutputs(names: readonly string[]): INodeOutputConfiguration[] {
	return names.map((displayName) => ({ type: 'main', displayName }));
}
