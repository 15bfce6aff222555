import type { INodeOutputConfiguration } from 'n8n-workflow';

import type { Category } from '../wechat/errcodeTable';
import type { Emission } from './results';

/** The outputs of one operation, and which items leave through each of them. */
export interface Branches {
	/**
	 * For the mode `category`: the name of each output, by the outcome or category of its items. An item's
	 * outcome is tried first, then its category. An item without a match leaves through the last output.
	 */
	readonly outputs: Readonly<Record<string, string>>;
	/**
	 * For the mode `successOrNot`: the names of its two outputs, and which outcomes leave through the
	 * first.
	 */
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

const BY_CATEGORY: Readonly<Record<Category, string>> = {
	success: 'Success',
	pending: 'Pending',
	quotaReached: 'Quota Reached',
	notAllowed: 'Not Allowed',
	authorization: 'Authorization',
	retryLater: 'Retry Later',
	other: 'Other',
};

const { success, pending, authorization, retryLater, other } = BY_CATEGORY;

/** link and unlink. */
export const REQUEST_BRANCHES: Branches = { outputs: BY_CATEGORY, successOrNot: SUCCESS_OR_NOT };

/** getStatus. Refused has the same position as Not Allowed, because n8n keeps connections by position. */
export const STATUS_BRANCHES: Branches = {
	outputs: {
		linked: 'Linked',
		pending,
		notLinked: 'Not Linked',
		refused: 'Refused',
		authorization,
		retryLater,
		other,
	},
	successOrNot: {
		names: ['Linked', 'Not Linked'],
		isSuccess(outcome) {
			return outcome === 'linked';
		},
	},
};

/** Operations that read. */
export const READ_BRANCHES: Branches = {
	outputs: { success, authorization, retryLater, other },
	successOrNot: SUCCESS_OR_NOT,
};

/**
 * Index of the output that an item leaves through.
 *
 * @param mode the parameter Output Mode
 */
export function outputIndexOf(
	mode: string,
	branches: Branches,
	{ outcome, category }: Pick<Emission, 'outcome' | 'category'>,
): number {
	if (mode === 'single') return 0;
	if (mode === 'successOrNot') return branches.successOrNot.isSuccess(outcome) ? 0 : 1;
	const outputs = Object.keys(branches.outputs);
	const index = [outcome, category]
		.map((word) => outputs.indexOf(word))
		.find((found) => found >= 0);
	return index ?? outputs.length - 1;
}

/** Number of the node's outputs. */
export function outputCountOf(mode: string, branches: Branches): number {
	if (mode === 'single') return 1;
	return mode === 'successOrNot' ? 2 : Object.keys(branches.outputs).length;
}

/**
 * The expression from which n8n gets the outputs for the parameters. It contains only data and a lookup,
 * since n8n evaluates it both in the editor and in the engine.
 *
 * @param byOperation branches by operation, `<resource>.<operation>`
 */
export function outputsExpression(byOperation: Readonly<Record<string, Branches>>): string {
	const table: Record<string, INodeOutputConfiguration[]> = {
		single: [{ type: 'main' }],
	};
	for (const [operation, { outputs, successOrNot }] of Object.entries(byOperation)) {
		table[operation] = toOutputs(Object.values(outputs));
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
