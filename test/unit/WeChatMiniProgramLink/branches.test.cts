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
	type Emitted,
} from '../../../nodes/WeChatMiniProgramLink/branches';
import { ERRCODES } from '../../../nodes/wechat/errcodeTable';
import { WeChatMiniProgramLink } from '../../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { OUTPUTS, STATUS_OUTPUTS } from '../../outputs.cts';

const READ = ['Success', 'Authorization', 'Retry Later', 'Other'];
const OPERATIONS: Array<[string, string[], Branches]> = [
	['link', OUTPUTS, REQUEST_BRANCHES],
	['unlink', OUTPUTS, REQUEST_BRANCHES],
	['getStatus', STATUS_OUTPUTS, STATUS_BRANCHES],
	['getMany', READ, READ_BRANCHES],
];

const nodeType = new WeChatMiniProgramLink();
const nodeTypes: INodeTypes = {
	getByName: () => nodeType,
	getByNameAndVersion: () => nodeType,
	getKnownTypes: () => ({}),
};

/** The outputs as n8n works them out in the editor and in the engine. */
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
		typeof output === 'string' ? { type: output, displayName: undefined } : output,
	);
}

describe.each(OPERATIONS)('the outputs of %s', (operation, names, branches) => {
	it('are named after what to do next', () => {
		const outputs = outputsOf({ operation, outputMode: 'category' });
		expect(outputs.map(({ displayName }) => displayName)).toEqual(names);
		expect(outputs.map(({ type }) => type)).toEqual(names.map(() => 'main'));
		expect(outputCountOf('category', branches)).toBe(names.length);
	});

	it('are two in the mode Success or Not', () => {
		const outputs = outputsOf({ operation, outputMode: 'successOrNot' });
		const two =
			operation === 'getStatus' ? ['Linked', 'Not Linked'] : ['Success', 'Not Successful'];
		expect(outputs).toEqual(two.map((displayName) => ({ type: 'main', displayName })));
		expect(outputCountOf('successOrNot', branches)).toBe(2);
	});

	it('are one without a name in the mode Single', () => {
		const outputs = outputsOf({ operation, outputMode: 'single' });
		expect(outputs).toHaveLength(1);
		expect(outputs[0].type).toBe('main');
		expect(outputs[0].displayName).toBeUndefined();
		expect(outputCountOf('single', branches)).toBe(1);
	});
});

it('calls each output of Link as the category of the items that leave through it', () => {
	const categories = [...new Set(Object.values(ERRCODES).map(({ category }) => category))];
	expect(categories.sort()).toEqual(Object.keys(REQUEST_BRANCHES.outputs).sort());
	const inWords = (category: string) => category.replace(/[A-Z]/g, ' $&').toLowerCase();
	for (const [category, name] of Object.entries(REQUEST_BRANCHES.outputs)) {
		expect(name.toLowerCase()).toBe(inWords(category));
	}
});

it('gives n8n the outputs as one expression, which nothing ends early', () => {
	const { outputs } = nodeType.description;
	expect(outputs).toMatch(/^=\{\{ .* \}\}$/s);
	const inner = String(outputs).slice('={{'.length, -'}}'.length);
	expect(inner).not.toContain('}}');
	expect(inner).not.toContain('{{');
});

const FAILED = 'failed';
const failed = (category: Emitted['category']): Emitted => ({ category, outcome: FAILED });
const WEIGHED: Array<[string, Branches, Array<[Emitted, string]>]> = [
	[
		'link and unlink',
		REQUEST_BRANCHES,
		[
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
	],
	[
		'getStatus',
		STATUS_BRANCHES,
		[
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
	],
	[
		'getMany',
		READ_BRANCHES,
		[
			[{ category: 'success', outcome: 'listed' }, 'Success'],
			[failed('authorization'), 'Authorization'],
			[failed('retryLater'), 'Retry Later'],
			[failed('quotaReached'), 'Other'],
			[failed('notAllowed'), 'Other'],
			[failed('other'), 'Other'],
		],
	],
];

describe.each(WEIGHED)('what leaves %s', (_, branches, cases) => {
	it.each(cases)('%j goes to %s', (emitted, name) => {
		expect(Object.values(branches.outputs)[outputIndexOf('category', branches, emitted)]).toBe(
			name,
		);
	});

	it.each(cases)('%j leaves through the first of two outputs only as it is called', (emitted) => {
		const isFirst =
			branches === STATUS_BRANCHES ? emitted.outcome === 'linked' : emitted.outcome !== FAILED;
		expect(outputIndexOf('successOrNot', branches, emitted)).toBe(isFirst ? 0 : 1);
	});

	it.each(cases)('%j goes to the one output there is', (emitted) => {
		expect(outputIndexOf('single', branches, emitted)).toBe(0);
	});
});
