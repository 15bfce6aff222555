import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type {
	IHookFunctions,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { WeChatMiniProgramLinkTrigger } from '../../nodes/WeChatMiniProgramLinkTrigger/WeChatMiniProgramLinkTrigger.node';
import { WeChatOpenPlatformTrigger } from '../../nodes/WeChatOpenPlatformTrigger/WeChatOpenPlatformTrigger.node';
import { OUTPUTS } from '../outputs.cts';
import { ownCopy } from '../ownCopy.cts';
import { formOf } from './forms.cts';
import { ROOT } from './rooms.cts';

const NODES: Array<[string, new () => INodeType]> = [
	['WeChat Mini Program Link', WeChatMiniProgramLink],
	['WeChat Mini Program Link Trigger', WeChatMiniProgramLinkTrigger],
	['WeChat Open Platform Trigger', WeChatOpenPlatformTrigger],
];
const TRIGGERS = NODES.slice(1);

const ACCOUNT = {
	name: 'weChatAuthorizerTokenApi',
	required: true,
	testedBy: 'testAuthorizerToken',
	displayOptions: { show: { authentication: ['authorizerToken'] } },
};
const PLATFORM = { name: 'weChatOpenPlatformApi', required: true, testedBy: 'testOpenPlatform' };
const OF_AUTHENTICATION = {
	displayOptions: { show: { authentication: ['openPlatform'] } },
};

describe('a node', () => {
	it.each(NODES)('is shown as %s, and says what it does', (name, Node) => {
		const { description } = new Node();
		expect(description).toMatchObject({
			displayName: name,
			name: `weC${name.slice(3).replaceAll(' ', '')}`,
			defaults: { name },
			version: 1,
		});
		expect(description.description).toMatch(/^(Link|Starts a workflow when) .{20}/);
		expect(description.subtitle).toMatch(/^=\{\{ .*\$parameter\["(triggerOn|operation)"\].* \}\}$/);
	});

	it.each(NODES)('has an icon for light and dark: %s', (name, Node) => {
		const { light, dark } = new Node().description.icon as { light: string; dark: string };
		expect(light).not.toBe(dark);
		for (const icon of [light, dark]) {
			expect(icon).toMatch(/^file:.*\.svg$/);
			const folder = join(ROOT, 'nodes', name.replaceAll(' ', ''));
			expect(existsSync(join(folder, icon.replace(/^file:/, '')))).toBe(true);
		}
	});

	it.each(TRIGGERS)('starts a workflow, and says what it waits for: %s', (_, Node) => {
		const { description } = new Node();
		expect(description).toMatchObject({ group: ['trigger'], inputs: [], outputs: ['main'] });
		expect(description.eventTriggerDescription).toMatch(/^(Looking|Waiting) .{10}/);
		expect(description.activationMessage).toMatch(/^(From now on|You can now) .{20}/);
	});
});

describe('the nodes', () => {
	it('need a credential of one account or of a platform, which n8n can test', () => {
		const platform = { ...PLATFORM, ...OF_AUTHENTICATION };
		for (const Node of [WeChatMiniProgramLink, WeChatMiniProgramLinkTrigger]) {
			const { description, methods } = new Node();
			expect(description.credentials).toEqual([ACCOUNT, platform]);
			expect(Object.keys(methods.credentialTest)).toEqual([ACCOUNT.testedBy, PLATFORM.testedBy]);
		}
		const { description, methods } = new WeChatOpenPlatformTrigger();
		expect(description.credentials).toEqual([PLATFORM]);
		expect(Object.keys(methods.credentialTest)).toEqual([PLATFORM.testedBy]);
	});

	it('can be found in Chinese by what an agent or a person looks for', () => {
		for (const Node of [WeChatMiniProgramLink, WeChatOpenPlatformTrigger]) {
			const { searchHint } = new Node().description.builderHint as { searchHint: string };
			expect(searchHint).toContain('第三方平台');
		}
	});
});

describe('WeChat Mini Program Link', () => {
	it('takes items, is a tool for agents, and names the output that is a secret', () => {
		const { description, methods } = new WeChatMiniProgramLink();
		expect(description).toMatchObject({
			group: ['output'],
			inputs: ['main'],
			usableAsTool: true,
			sensitiveOutputFields: ['accessToken'],
		});
		expect(description.outputs).toMatch(/^=\{\{/);
		expect(Object.keys(methods.listSearch)).toEqual([
			'searchMiniProgramLinks',
			'searchOfficialAccounts',
		]);
	});
});

describe('WeChat Mini Program Link Trigger', () => {
	it('is asked by n8n on schedule, and lists accounts in the editor', () => {
		const { description, methods } = new WeChatMiniProgramLinkTrigger();
		expect(description.polling).toBe(true);
		expect(Object.keys(methods.loadOptions)).toEqual(['getOfficialAccounts']);
	});
});

describe('WeChat Open Platform Trigger', () => {
	it('takes pushes under a path of its own, and answers them itself', () => {
		expect(new WeChatOpenPlatformTrigger().description).toMatchObject({
			webhooks: [
				{
					name: 'default',
					httpMethod: 'POST',
					responseMode: 'onReceived',
					path: 'wechat-open-platform',
				},
				{ name: 'setup', httpMethod: 'POST', responseMode: 'onReceived', isFullPath: true },
			],
			triggerPanel: { header: expect.any(String) },
		});
	});

	it('lets a workflow be published and taken back: WeChat has no call about its pushes', async () => {
		const { checkExists, delete: remove } = new WeChatOpenPlatformTrigger().webhookMethods.default;
		const context = {} as IHookFunctions;
		expect([await checkExists.call(context), await remove.call(context)]).toEqual([false, true]);
	});
});

/*
 * The parameters by name, type, default and when they are shown. Workflows keep them by these names and
 * values, so what stands here is what no later version may change.
 */
const LINK = [
	['authentication', 'options', 'authorizerToken', 'or authorizerToken', 'or openPlatform'],
	[
		'resource',
		'options',
		'miniProgramLink',
		'no expression',
		'or miniProgramLink',
		'or officialAccount',
		'or platform',
	],
	[
		'operation',
		'options',
		'link',
		'no expression',
		'shown for resource miniProgramLink',
		'or getMany',
		'or getStatus',
		'or link',
		'or unlink',
	],
	[
		'operation',
		'options',
		'getMany',
		'no expression',
		'shown for resource officialAccount',
		'or completeAuthorization',
		'or createAuthorizationUrl',
		'or get',
		'or getAccessToken',
		'or getMany',
	],
	[
		'operation',
		'options',
		'checkSetup',
		'no expression',
		'shown for resource platform',
		'or checkSetup',
		'or getApiQuota',
		'or getCall',
	],
	[
		'callMadeBy',
		'options',
		'officialAccount',
		'shown for resource platform',
		'shown for operation getApiQuota, getCall',
		'or officialAccount',
		'or platform',
	],
	[
		'officialAccountAppId',
		'resourceLocator',
		{ mode: 'list', value: '' },
		'required',
		'shown for resource platform',
		'shown for operation getApiQuota, getCall',
		'shown for callMadeBy officialAccount',
		'by list',
		'by id',
	],
	[
		'officialAccountAppId',
		'resourceLocator',
		{ mode: 'list', value: '' },
		'required',
		'shown for authentication openPlatform',
		'shown for resource miniProgramLink',
		'by list',
		'by id',
	],
	[
		'officialAccountAppId',
		'resourceLocator',
		{ mode: 'list', value: '' },
		'required',
		'shown for resource officialAccount',
		'shown for operation get, getAccessToken',
		'by list',
		'by id',
	],
	[
		'miniProgramAppId',
		'resourceLocator',
		{ mode: 'id', value: '' },
		'required',
		'shown for resource miniProgramLink',
		'shown for operation link',
		'by list',
		'by id',
	],
	[
		'miniProgramAppId',
		'resourceLocator',
		{ mode: 'id', value: '' },
		'required',
		'shown for resource miniProgramLink',
		'shown for operation getStatus',
		'by list',
		'by id',
	],
	[
		'miniProgramAppId',
		'resourceLocator',
		{ mode: 'id', value: '' },
		'required',
		'shown for resource miniProgramLink',
		'shown for operation unlink',
		'by list',
		'by id',
	],
	[
		'returnAll',
		'boolean',
		false,
		'shown for resource miniProgramLink',
		'shown for operation getMany',
	],
	[
		'limit',
		'number',
		50,
		'shown for resource miniProgramLink',
		'shown for operation getMany',
		'shown for returnAll false',
		'minValue 1',
	],
	[
		'notifyUsers',
		'boolean',
		false,
		'shown for resource miniProgramLink',
		'shown for operation link',
	],
	[
		'showProfile',
		'boolean',
		false,
		'shown for resource miniProgramLink',
		'shown for operation link',
	],
	[
		'authorizationCode',
		'string',
		'',
		'required',
		'secret',
		'shown for resource officialAccount',
		'shown for operation completeAuthorization',
	],
	[
		'redirectUrl',
		'string',
		'',
		'required',
		'shown for resource officialAccount',
		'shown for operation createAuthorizationUrl',
	],
	[
		'accountKind',
		'options',
		1,
		'shown for resource officialAccount',
		'shown for operation createAuthorizationUrl',
		'or 1',
		'or 3',
	],
	[
		'onlyThisAccount',
		'string',
		'',
		'shown for resource officialAccount',
		'shown for operation createAuthorizationUrl',
	],
	[
		'rejectedToken',
		'string',
		'',
		'secret',
		'shown for resource officialAccount',
		'shown for operation getAccessToken',
	],
	[
		'returnAll',
		'boolean',
		false,
		'shown for resource officialAccount',
		'shown for operation getMany',
	],
	[
		'limit',
		'number',
		50,
		'shown for resource officialAccount',
		'shown for operation getMany',
		'shown for returnAll false',
		'minValue 1',
	],
	[
		'cgiPath',
		'options',
		'/cgi-bin/wxopen/wxamplink',
		'shown for resource platform',
		'shown for operation getApiQuota',
		'or /cgi-bin/wxopen/wxamplink',
		'or /cgi-bin/wxopen/wxamplinkget',
		'or /cgi-bin/wxopen/wxampunlink',
		'or other',
	],
	[
		'otherCgiPath',
		'string',
		'',
		'required',
		'shown for resource platform',
		'shown for operation getApiQuota',
		'shown for cgiPath other',
	],
	['rid', 'string', '', 'required', 'shown for resource platform', 'shown for operation getCall'],
	[
		'outputMode',
		'options',
		'category',
		'no expression',
		'hidden for @tool true',
		'or category',
		'or successOrNot',
		'or single',
	],
	[
		'options',
		'collection',
		{},
		[
			'checkBeforeLinking',
			'boolean',
			false,
			'shown for /resource miniProgramLink',
			'shown for /operation link',
		],
		['hintLanguage', 'options', 'en', 'or en', 'or zh-CN'],
		[
			'includeDetails',
			'boolean',
			false,
			'shown for /resource officialAccount',
			'shown for /operation getMany',
		],
		[
			'includeEmail',
			'boolean',
			false,
			'shown for /resource miniProgramLink',
			'shown for /operation getMany, getStatus',
		],
		[
			'includeInputFields',
			'boolean',
			true,
			'shown for /resource miniProgramLink',
			'shown for /operation getStatus, link, unlink',
		],
		['maxConcurrency', 'number', 10, 'minValue 1'],
		['maxTries', 'number', 3, 'minValue 1'],
		['simplify', 'boolean', true, 'shown for /operation get, getMany, getStatus'],
		['timeout', 'number', 10000, 'minValue 1'],
	],
];

const LINK_TRIGGER = [
	['authentication', 'options', 'authorizerToken', 'or authorizerToken', 'or openPlatform'],
	['watch', 'options', 'all', 'shown for authentication openPlatform', 'or all', 'or selected'],
	[
		'officialAccounts',
		'multiOptions',
		[],
		'required',
		'shown for authentication openPlatform',
		'shown for watch selected',
		'loadOptionsMethod getOfficialAccounts',
	],
	[
		'triggerOn',
		'multiOptions',
		['linked', 'refused', 'removed', 'waiting'],
		'required',
		'or accountUnavailable',
		'or invited',
		'or linked',
		'or officialAccountAdminAgreed',
		'or refused',
		'or removed',
		'or ticketOverdue',
		'or unknownStatus',
		'or waiting',
	],
	['waitingDays', 'number', 3, 'shown for triggerOn waiting', 'minValue 1'],
	[
		'options',
		'collection',
		{},
		['hintLanguage', 'options', 'en', 'or en', 'or zh-CN'],
		['maxConcurrency', 'number', 10, 'minValue 1'],
		['quietInterval', 'number', 60, 'minValue 0'],
	],
];

const PUSH_KINDS = ['updateauthorized', 'unauthorized', 'authorized', 'other', 'ticket'];

const PLATFORM_TRIGGER = [
	['parsesBody', 'notice', '', 'hidden for /options.binaryData true'],
	['notice', 'notice', ''],
	[
		'triggerOn',
		'multiOptions',
		['authorized', 'updateauthorized', 'unauthorized'],
		'required',
		'or updateauthorized',
		'or unauthorized',
		'or authorized',
		'or other',
		'or ticket',
	],
	['forwardTo', 'string', '', 'rows 2'],
	['options', 'hidden', { binaryData: true }],
	[
		'additionalFields',
		'collection',
		{},
		[
			'forwardEvents',
			'multiOptions',
			PUSH_KINDS,
			'or updateauthorized',
			'or unauthorized',
			'or authorized',
			'or other',
			'or ticket',
		],
		['hintLanguage', 'options', 'en', 'or en', 'or zh-CN'],
		['includeAuthorizationCode', 'boolean', false],
		['includeTestAccounts', 'boolean', false],
	],
];

/** As n8n loads the node: what is made on load is made in the test. */
function loaded(name: string): INodeType {
	const file = `./nodes/${name}/${name}.node`;
	const types = ownCopy<Record<string, new () => INodeType>>(`export * from '${file}';`);
	return new types[name]();
}

describe('the parameters', () => {
	it.each([
		['WeChatMiniProgramLink', LINK],
		['WeChatMiniProgramLinkTrigger', LINK_TRIGGER],
		['WeChatOpenPlatformTrigger', PLATFORM_TRIGGER],
	])('of %s are these', (name, forms) => {
		expect(loaded(name).description.properties.map(formOf)).toEqual(forms);
	});

	it.each(NODES)('of %s have a name, and say what they do', (name) => {
		const { properties } = loaded(name.replaceAll(' ', '')).description;
		const fields = properties.flatMap((one) => [
			one,
			...(one.type === 'collection' ? (one.options as INodeProperties[]) : []),
		]);
		for (const { displayName, description, type } of fields) {
			expect(displayName).toMatch(/^[A-Z].+/);
			if (!['notice', 'collection', 'hidden', 'options', 'multiOptions'].includes(type)) {
				expect([displayName, description]).toEqual([displayName, expect.stringMatching(/^\S.{8}/)]);
			}
		}
	});

	it('of WeChat Mini Program Link have its lists searched, and say what an id looks like', () => {
		const { properties } = loaded('WeChatMiniProgramLink').description;
		const modesOf = (parameter: string) =>
			properties.find(({ name }) => name === parameter)?.modes ?? [];
		for (const [name, searchListMethod] of [
			['miniProgramAppId', 'searchMiniProgramLinks'],
			['officialAccountAppId', 'searchOfficialAccounts'],
		]) {
			const [list, id] = modesOf(name);
			expect(list).toMatchObject({
				displayName: 'From List',
				type: 'list',
				placeholder: expect.stringMatching(/^Select an? .+\.\.\.$/),
				typeOptions: { searchListMethod, searchable: true },
			});
			expect(id).toMatchObject({
				displayName: 'By ID',
				type: 'string',
				placeholder: 'e.g. wx1234567890abcdef',
				hint: expect.stringMatching(/appid/),
			});
		}
	});
});

/** As n8n evaluates it: with nothing but the parameters. */
function evaluate(expression: unknown, $parameter: Record<string, unknown>): unknown {
	const [, code] = /^=\{\{(.*)\}\}$/s.exec(String(expression)) ?? [];
	return new Function('$parameter', `return ${code}`)($parameter);
}

describe('the outputs of WeChat Mini Program Link', () => {
	const outputsWith = ($parameter: Record<string, string>) => {
		const { outputs } = loaded('WeChatMiniProgramLink').description;
		return evaluate(outputs, $parameter) as Array<{ displayName?: string }>;
	};
	const namesOf = (resource: string, operation: string, outputMode = 'category') =>
		outputsWith({ resource, operation, outputMode }).map(({ displayName }) => displayName);

	it('are those of the operation, in three modes', () => {
		expect(namesOf('miniProgramLink', 'link')).toEqual(OUTPUTS);
		expect(namesOf('miniProgramLink', 'getStatus', 'successOrNot')).toEqual([
			'Linked',
			'Not Linked',
		]);
		expect(namesOf('platform', 'checkSetup')).toEqual(['OK', 'Needs Attention']);
		expect(outputsWith({ resource: 'x', operation: 'y', outputMode: 'single' })).toEqual([
			{ type: 'main' },
		]);
		for (const output of outputsWith({
			resource: 'platform',
			operation: 'getCall',
			outputMode: 'category',
		})) {
			expect(output).toMatchObject({ type: 'main' });
		}
	});
});

describe('the line under a node', () => {
	const { description } = loaded('WeChatMiniProgramLink');
	const operations = description.properties.flatMap(({ name, displayOptions, options = [] }) =>
		name === 'operation'
			? (options as INodePropertyOptions[]).map(({ name: label, value, action }) => ({
					resource: String(displayOptions?.show?.resource?.[0]),
					operation: String(value),
					label,
					action,
				}))
			: [],
	);

	it.each(operations)('is in the words of the panel, and not those above it: $action', (one) => {
		const { resource, operation, label, action = '' } = one;
		const of = (authentication: string) =>
			evaluate(description.subtitle, { authentication, resource, operation });
		expect(of('openPlatform')).toBe(`Open Platform: ${label}`);
		expect(of('authorizerToken')).toBe(`Authorizer Token: ${label}`);
		expect(String(of('openPlatform')).toLowerCase()).not.toBe(action.toLowerCase());
	});

	it.each(['WeChatMiniProgramLinkTrigger', 'WeChatOpenPlatformTrigger'])(
		'names what starts the workflow as the panel does: %s',
		(name) => {
			const { subtitle, properties } = loaded(name).description;
			const { options = [] } = properties.find((one) => one.name === 'triggerOn') ?? {};
			const choices = options as INodePropertyOptions[];
			for (const { name: label, value } of choices) {
				expect(evaluate(subtitle, { triggerOn: [value] })).toBe(label);
			}
			expect(evaluate(subtitle, { triggerOn: choices.map(({ value }) => value) })).toBe(
				choices.map(({ name: label }) => label).join(', '),
			);
			expect(evaluate(subtitle, { triggerOn: '[Expression]' })).toBe('[Expression]');
			expect(evaluate(subtitle, {})).toBe('');
		},
	);
});

describe('the entry in the list of nodes', () => {
	it('is one for node and trigger with the text of the trigger, and describes both', () => {
		const { description } = loaded('WeChatMiniProgramLinkTrigger').description;
		expect(description).toMatch(
			/^Link WeChat Mini Programs to Official Accounts, or start a workflow/,
		);
	});
});
