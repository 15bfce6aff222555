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
	/** Whether these are the outputs of the mode `successOrNot`, too. */
	readonly hasTwoOutputs?: true;
}

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
};

/** getStatus. */
export const STATUS_BRANCHES: Branches = {
	names: ['Linked', 'Pending', 'Refused', 'Not Linked', 'Authorization', 'Retry Later', 'Other'],
	byOutcome: {
		linked: 0,
		pendingMiniProgramAdmin: 1,
		pendingOfficialAccountAdmin: 1,
		refused: 2,
		notLinked: 3,
		unknownStatus: 6,
	},
	byCategory: { authorization: 4, retryable: 5 },
};

/** Operations that read. */
export const READ_BRANCHES: Branches = {
	names: ['Success', 'Authorization', 'Retry Later', 'Other'],
	byOutcome: {},
	byCategory: { success: 0, authorization: 1, retryable: 2 },
};

const SUCCESS_OR_NOT = ['Success', 'Not Successful'];

/** What an operation gives for one item: a result, or an entry of a list. */
export interface Emitted {
	category: Category;
	/** `failed` when the item was not carried out. */
	outcome: string;
}

/** Index of the output that something leaves through. */
export function outputIndexOf(mode: OutputMode, branches: Branches, emitted: Emitted): number {
	if (mode === 'single') return 0;
	if (mode === 'successOrNot' && !branches.hasTwoOutputs)
		return emitted.outcome === 'failed' ? 1 : 0;
	return (
		branches.byOutcome[emitted.outcome] ??
		branches.byCategory[emitted.category] ??
		branches.names.length - 1
	);
}

/** Number of the node's outputs. */
export function outputCountOf(mode: OutputMode, branches: Branches): number {
	return { single: 1, successOrNot: SUCCESS_OR_NOT.length, category: branches.names.length }[mode];
}

/**
 * The expression that gives n8n the outputs for the parameters as they are set. It is data and a
 * look-up, since n8n evaluates it in the editor as well as in the engine.
 *
 * @param byOperation branches by operation, `<resource>.<operation>`
 */
export function outputsExpression(byOperation: Readonly<Record<string, Branches>>): string {
	const table: Record<string, INodeOutputConfiguration[]> = {
		successOrNot: toOutputs(SUCCESS_OR_NOT),
		single: [{ type: 'main' }],
	};
	for (const [operation, { names }] of Object.entries(byOperation)) {
		table[operation] = toOutputs(names);
	}
	const twoOutputs = Object.keys(byOperation).filter((key) => byOperation[key].hasTwoOutputs);
	const data = JSON.stringify(table);
	const mode = '$parameter["outputMode"]';
	const operation = '$parameter["resource"] + "." + $parameter["operation"]';
	const isByMode = `${mode} === "single" || (${mode} === "successOrNot" && !${JSON.stringify(twoOutputs)}.includes(${operation}))`;
	return `={{ (${data})[${isByMode} ? ${mode} : ${operation}] }}`;
}

function toOutputs(names: readonly string[]): INodeOutputConfiguration[] {
	return names.map((displayName) => ({ type: 'main', displayName }));
}
