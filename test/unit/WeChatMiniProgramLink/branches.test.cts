import {
	type INode,
	type INodeParameters,
	type INodeTypes,
	NodeHelpers,
	Workflow,
} from 'n8n-workflow';

import {
	outputCountOf,
	outputIndexOf,
	READ_BRANCHES,
	REQUEST_BRANCHES,
	STATUS_BRANCHES,
	type Branches,
} from '../../../nodes/WeChatMiniProgramLink/branches';
import type { Emission } from '../../../nodes/WeChatMiniProgramLink/results';
import { ERRCODES } from '../../../nodes/wechat/errcodeTable';
import { WeChatMiniProgramLink } from '../../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { OUTPUTS, STATUS_OUTPUTS } from '../../outputs.cts';

const SUCCESS_OR_NOT = ['Success', 'Not Successful'];
const OPERATIONS: Array<[string, string[], string[], Branches]> = [
	['link', OUTPUTS, SUCCESS_OR_NOT, REQUEST_BRANCHES],
	['unlink', OUTPUTS, SUCCESS_OR_NOT, REQUEST_BRANCHES],
	['getStatus', STATUS_OUTPUTS, ['Linked', 'Not Linked'], STATUS_BRANCHES],
	['getMany', ['Success', 'Authorization', 'Retry Later', 'Other'], SUCCESS_OR_NOT, READ_BRANCHES],
];

const nodeType = new WeChatMiniProgramLink();
const nodeTypes: INodeTypes = {
	getByName: () => nodeType,
	getByNameAndVersion: () => nodeType,
	getKnownTypes: () => ({}),
};

/** The names of the outputs as n8n works them out in the editor and in the engine. */
function outputsOf(parameters: INodeParameters) {
	const node: INode = {
		id: '1',
		name: 'Link',
		type: 'weChatMiniProgramLink',
		typeVersion: 1,
		position: [0, 0],
		parameters: { resource: 'miniProgramLink', ...parameters },
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return NodeHelpers.getNodeOutputs(workflow, node, nodeType.description).map((output) =>
		typeof output === 'string' ? undefined : output.displayName,
	);
}

it.each(OPERATIONS)(
	'The outputs of %s have the right names in each output mode',
	(operation, byCategory, successOrNot, branches) => {
		for (const [outputMode, names] of Object.entries({
			category: byCategory,
			successOrNot,
			single: [undefined],
		})) {
			expect(outputsOf({ operation, outputMode })).toEqual(names);
			expect(outputCountOf(outputMode, branches)).toBe(names.length);
		}
	},
);

it('Each output of Link is named after the category of the items that leave through it', () => {
	const categories = [...new Set(Object.values(ERRCODES).map(({ category }) => category))];
	expect(categories.sort()).toEqual(Object.keys(REQUEST_BRANCHES.outputs).sort());
	const inWords = (category: string) => category.replace(/[A-Z]/g, ' $&').toLowerCase();
	for (const [category, name] of Object.entries(REQUEST_BRANCHES.outputs)) {
		expect(name.toLowerCase()).toBe(inWords(category));
	}
});

it('The outputs are one expression, and no text in it ends it early', () => {
	const { outputs } = nodeType.description;
	expect(outputs).toMatch(/^=\{\{ .* \}\}$/s);
	const inner = String(outputs).slice('={{'.length, -'}}'.length);
	expect(inner).not.toContain('}}');
	expect(inner).not.toContain('{{');
});

type Leaving = Pick<Emission, 'category' | 'outcome'>;

const failed = (category: Leaving['category']): Leaving => ({ category, outcome: 'failed' });

const CASES: Array<{ of: string; branches: Branches; leaving: Array<[Leaving, string]> }> = [
	{
		of: 'Link and Unlink',
		branches: REQUEST_BRANCHES,
		leaving: [
			[{ category: 'success', outcome: 'invitationSent' }, 'Success'],
			[{ category: 'success', outcome: 'alreadyLinked' }, 'Success'],
			[{ category: 'success', outcome: 'unlinkRequested' }, 'Success'],
			[{ category: 'pending', outcome: 'invitationPending' }, 'Pending'],
			[{ category: 'pending', outcome: 'unlinkPending' }, 'Pending'],
			[failed('quotaReached'), 'Quota Reached'],
			[failed('notAllowed'), 'Not Allowed'],
			[failed('authorization'), 'Authorization'],
			[failed('retryLater'), 'Retry Later'],
			[failed('other'), 'Other'],
		],
	},
	{
		of: 'Get Status',
		branches: STATUS_BRANCHES,
		leaving: [
			[{ category: 'success', outcome: 'linked' }, 'Linked'],
			[{ category: 'pending', outcome: 'pendingMiniProgramAdmin' }, 'Pending'],
			[{ category: 'pending', outcome: 'pendingOfficialAccountAdmin' }, 'Pending'],
			[{ category: 'notAllowed', outcome: 'refused' }, 'Refused'],
			[{ category: 'success', outcome: 'notLinked' }, 'Not Linked'],
			[{ category: 'other', outcome: 'unknownStatus' }, 'Other'],
			[failed('authorization'), 'Authorization'],
			[failed('retryLater'), 'Retry Later'],
			[failed('quotaReached'), 'Other'],
			[failed('notAllowed'), 'Other'],
			[failed('other'), 'Other'],
		],
	},
	{
		of: 'an operation that reads',
		branches: READ_BRANCHES,
		leaving: [
			[{ category: 'success', outcome: 'read' }, 'Success'],
			[failed('authorization'), 'Authorization'],
			[failed('retryLater'), 'Retry Later'],
			[failed('quotaReached'), 'Other'],
			[failed('notAllowed'), 'Other'],
			[failed('other'), 'Other'],
		],
	},
];

it.each(CASES)('Each item of $of leaves through the output for it', ({ branches, leaving }) => {
	const names = Object.values(branches.outputs);
	for (const [item, name] of leaving) {
		const isFirst =
			branches === STATUS_BRANCHES ? item.outcome === 'linked' : item.outcome !== 'failed';
		expect([item, names[outputIndexOf('category', branches, item)]]).toEqual([item, name]);
		expect([item, outputIndexOf('successOrNot', branches, item)]).toEqual([item, isFirst ? 0 : 1]);
		expect(outputIndexOf('single', branches, item)).toBe(0);
	}
});
