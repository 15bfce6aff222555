import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { WeChatMiniProgramLinkTrigger } from '../../nodes/WeChatMiniProgramLinkTrigger/WeChatMiniProgramLinkTrigger.node';
import { WeChatOpenPlatformTrigger } from '../../nodes/WeChatOpenPlatformTrigger/WeChatOpenPlatformTrigger.node';
import { WeChatAuthorizerTokenApi } from '../../credentials/WeChatAuthorizerTokenApi.credentials';
import { WeChatOpenPlatformApi } from '../../credentials/WeChatOpenPlatformApi.credentials';
import { OUTPUTS } from '../outputs.cts';
import { ROOT, textOf } from './rooms.cts';

/* Rules of n8n's main branch that its released linter does not have yet. */

const NODES: INodeType[] = [
	new WeChatMiniProgramLink(),
	new WeChatMiniProgramLinkTrigger(),
	new WeChatOpenPlatformTrigger(),
];
const CREDENTIALS = [new WeChatAuthorizerTokenApi(), new WeChatOpenPlatformApi()];

/** https://docs.n8n.io/integrations/creating-nodes/build/reference/node-codex-files/ */
const CATEGORIES = [
	'Analytics',
	'Communication',
	'Core Nodes',
	'Data & Storage',
	'Development',
	'Finance & Accounting',
	'Marketing & Content',
	'Miscellaneous',
	'Productivity',
	'Sales',
	'Utility',
];

const LONGEST_HINT = 120;

/** Properties with their options at any depth. */
function allIn(entries: unknown): Array<INodeProperties | INodePropertyOptions> {
	if (!Array.isArray(entries)) return [];
	return (entries as INodeProperties[]).flatMap((one) => [
		one,
		...allIn(one.options),
		...allIn(one.modes),
		...allIn((one as unknown as { values?: unknown }).values),
	]);
}

const all = [...NODES.map(({ description }) => description), ...CREDENTIALS].flatMap(
	({ properties }) => allIn(properties),
);

describe.each(NODES.map(({ description }) => [description.displayName, description] as const))(
	'Node %s',
	(_, { name, builderHint }) => {
		it('The node is in categories that n8n has', () => {
			const folder = `nodes/${name[0].toUpperCase()}${name.slice(1)}`;
			const [file] = readdirSync(join(ROOT, folder)).filter((one) => one.endsWith('.node.json'));
			const { categories } = JSON.parse(textOf(`${folder}/${file}`)) as { categories: string[] };
			expect(categories).not.toHaveLength(0);
			for (const category of categories) expect(CATEGORIES).toContain(category);
		});

		it('The node tells AI builders its outputs and its related nodes', () => {
			expect(builderHint?.searchHint).toMatch(/微信/);
			expect(Object.keys(builderHint?.outputs ?? {})).toEqual(['main']);
			const types = builderHint?.relatedNodes?.map(({ nodeType }) => nodeType.split('.')) ?? [];
			const names = NODES.map(({ description }) => description.name).filter((one) => one !== name);
			expect(types).not.toHaveLength(0);
			for (const [packageName, node] of types) {
				expect(packageName).toBe('n8n-nodes-wechat-mini-program-link');
				expect(names).toContain(node);
			}
		});
	},
);

it("The node's hint for AI builders names the outputs of Link in their order", () => {
	const [{ description }] = NODES;
	expect(description.builderHint?.searchHint).toContain(OUTPUTS.join(', '));
});

it('The name of an action has no article', () => {
	const actions = all.flatMap((one) => ('action' in one && one.action ? [one.action] : []));
	expect(actions.length).toBeGreaterThan(8);
	expect(actions.filter((action) => /\b(?:an?|the)\b/i.test(action))).toStrictEqual([]);
});

it(`The hint of a parameter has at most ${LONGEST_HINT} characters`, () => {
	const hints = all.flatMap((one) => ('hint' in one && one.hint ? [one.hint] : []));
	expect(hints).not.toHaveLength(0);
	expect(hints.filter((hint) => hint.length > LONGEST_HINT)).toStrictEqual([]);
});

it('Every parameter and option has an English name', () => {
	const names = all.map((one) => ('displayName' in one ? one.displayName : one.name));
	expect(names.filter((name) => name && !/[A-Za-z]/.test(name))).toStrictEqual([]);
});

const WORKFLOWS = '.github/workflows';

it.each(readdirSync(join(ROOT, WORKFLOWS)))(
	'The workflow file %s pins each action by its commit and asks for no more rights than it needs',
	(file) => {
		const text = textOf(`${WORKFLOWS}/${file}`);
		const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
		expect(actions).not.toHaveLength(0);
		expect(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toStrictEqual([]);
		expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
	},
);

it('The project has the files at its top level that its design names', () => {
	const named = ['nodes', 'credentials', 'test', 'gulpfile.js', 'package.json', 'tsconfig.json'];
	expect(named.filter((name) => !existsSync(join(ROOT, name)))).toStrictEqual([]);
});
