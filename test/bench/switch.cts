import type { INodeParameters } from 'n8n-workflow';

/** The codes on WeChat's page about wxamplink, by branch; other codes go to "Other". */
const BRANCHES: ReadonlyArray<readonly [string, readonly number[]]> = [
	['Success', [0, 89015]],
	['Pending', [89010, 89035]],
	['Quota Reached', [1003, 1005, 89007, 89009, 89016, 89017]],
	['Not Allowed', [1006, 89008, 89011, 89012, 89013, 89245]],
	['Authorization', [40001]],
	['Retry Later', [-1]],
];

/** The conditions of a branch: one for each code, or one with the list of codes. */
export type Condition = 'eachCode' | 'listOfCodes';

/** Parameters of a Switch with seven outputs. */
export function switchParameters(condition: Condition): INodeParameters {
	const conditionsOf = condition === 'eachCode' ? equalsEach : isAmong;
	return {
		rules: {
			values: BRANCHES.map(([outputKey, codes]) => ({
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
					conditions: conditionsOf(codes),
					combinator: 'or',
				},
				renameOutput: true,
				outputKey,
			})),
		},
		options: { fallbackOutput: 'extra', renameFallbackOutput: 'Other' },
	};
}

function equalsEach(codes: readonly number[]): INodeParameters[] {
	return codes.map((code) => ({
		id: `code-${code}`,
		leftValue: '={{ $json.errcode }}',
		rightValue: code,
		operator: { type: 'number', operation: 'equals' },
	}));
}

function isAmong(codes: readonly number[]): INodeParameters[] {
	return [
		{
			id: `codes-${codes[0]}`,
			leftValue: `={{ [${codes.join(', ')}].includes($json.errcode) }}`,
			rightValue: '',
			operator: { type: 'boolean', operation: 'true', singleValue: true },
		},
	];
}
