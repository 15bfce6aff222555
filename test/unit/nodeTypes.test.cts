import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NodeHelpers } from 'n8n-workflow';
import type {
	IHookFunctions,
	INode,
	INodeParameters,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
	NodeParameterValueType,
} from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { WeChatMiniProgramLinkTrigger } from '../../nodes/WeChatMiniProgramLinkTrigger/WeChatMiniProgramLinkTrigger.node';
import { WeChatOpenPlatformTrigger } from '../../nodes/WeChatOpenPlatformTrigger/WeChatOpenPlatformTrigger.node';
import { ROOT } from './rooms.cts';

const NODES: Array<[string, INodeType]> = [
	new WeChatMiniProgramLink(),
	new WeChatMiniProgramLinkTrigger(),
	new WeChatOpenPlatformTrigger(),
].map((node) => [node.description.displayName, node]);
const [[, link], [, linkTrigger], [, platformTrigger]] = NODES;
const TRIGGERS = NODES.slice(1);

const optionsOf = ({ options = [] }: INodeProperties): INodePropertyOptions[] =>
	options.filter((one): one is INodePropertyOptions => 'value' in one);
const fieldsOf = ({ options = [] }: INodeProperties): INodeProperties[] =>
	options.filter((one): one is INodeProperties => 'type' in one);

it.each(NODES)('%s has icons for light and dark screens', (_, { description }) => {
	const { light, dark } = description.icon as { light: string; dark: string };
	expect(light).not.toBe(dark);
	for (const icon of [light, dark]) {
		const folder = `nodes/${description.name[0].toUpperCase()}${description.name.slice(1)}`;
		expect(existsSync(join(ROOT, folder, icon.replace(/^file:/, '')))).toBe(true);
	}
});

it.each(TRIGGERS)('%s says what it waits for and what happens once it is published', (_, node) => {
	const { eventTriggerDescription, activationMessage } = node.description;
	expect(eventTriggerDescription).toMatch(/^(Looking|Waiting) .{10}/);
	expect(activationMessage).toMatch(/^(From now on|You can now) .{20}/);
});

it.each(NODES)('n8n can test each credential that %s takes', (_, { description, methods }) => {
	const { credentials = [] } = description;
	expect(credentials.map(({ name }) => name)).toContain('weChatOpenPlatformApi');
	for (const { testedBy, required } of credentials) {
		expect(Object.keys(methods?.credentialTest ?? {})).toContain(testedBy);
		expect(required).toBe(true);
	}
});

it.each([
	['authorizerToken', 'weChatAuthorizerTokenApi'],
	['openPlatform', 'weChatOpenPlatformApi'],
])('If you choose %s, the node takes only %s', (authentication, name) => {
	for (const { description } of [link, linkTrigger]) {
		const shown = description.credentials?.filter(({ displayOptions }) =>
			displayOptions?.show?.authentication?.includes(authentication),
		);
		expect(shown?.map((one) => one.name)).toEqual([name]);
	}
});

it('A person or an agent who searches in Chinese finds the nodes', () => {
	for (const { description } of [link, platformTrigger]) {
		expect(description.builderHint?.searchHint).toContain('第三方平台');
	}
});

it('An access token in an output is marked as sensitive', () => {
	expect(link.description.sensitiveOutputFields).toEqual(['accessToken']);
});

it('WeChat pushes events and messages to two addresses of the trigger, which answers them itself', () => {
	expect(platformTrigger.description.webhooks).toMatchObject([
		{ name: 'default', httpMethod: 'POST', path: 'wechat-open-platform' },
		{ name: 'setup', httpMethod: 'POST', isFullPath: true },
	]);
	for (const { responseMode } of platformTrigger.description.webhooks ?? []) {
		expect(responseMode).toBe('onReceived');
	}
});

it('A workflow of the platform trigger can be published and unpublished without a call to WeChat', async () => {
	const { checkExists, delete: remove } = new WeChatOpenPlatformTrigger().webhookMethods.default;
	const context = {} as IHookFunctions;
	expect([await checkExists.call(context), await remove.call(context)]).toEqual([false, true]);
});

/**
 * What workflows store: each parameter with its default and values. Later versions may add to this, but may
 * change and remove nothing.
 */
const STORED: Array<[INodeType, string[]]> = [
	[
		link,
		[
			'authentication = "authorizerToken", authorizerToken, openPlatform',
			'resource = "miniProgramLink", miniProgramLink, officialAccount, platform',
			'operation = "link", getMany, getStatus, link, unlink',
			'operation = "getMany", completeAuthorization, createAuthorizationUrl, get, getAccessToken, getMany',
			'operation = "checkSetup", checkSetup, getApiQuota, getCall',
			'callMadeBy = "officialAccount", officialAccount, platform',
			'officialAccountAppId = {"mode":"list","value":""}, required',
			'miniProgramAppId = {"mode":"id","value":""}, required',
			'returnAll = false',
			'limit = 50, minValue 1',
			'notifyUsers = false',
			'showProfile = false',
			'authorizationCode = "", required, password true',
			'redirectUrl = "", required',
			'accountKind = 1, 1, 3',
			'onlyThisAccount = ""',
			'rejectedToken = "", password true',
			'cgiPath = "/cgi-bin/wxopen/wxamplink", /cgi-bin/wxopen/wxamplink, /cgi-bin/wxopen/wxamplinkget, /cgi-bin/wxopen/wxampunlink, other',
			'otherCgiPath = "", required',
			'rid = "", required',
			'outputMode = "category", category, successOrNot, single',
			'options = {}',
			'options.checkBeforeLinking = false',
			'options.hintLanguage = "en", en, zh-CN',
			'options.includeDetails = false',
			'options.includeEmail = false',
			'options.includeInputFields = true',
			'options.maxConcurrency = 10, minValue 1',
			'options.maxTries = 3, minValue 1',
			'options.simplify = true',
			'options.timeout = 10000, minValue 1',
		],
	],
	[
		linkTrigger,
		[
			'authentication = "authorizerToken", authorizerToken, openPlatform',
			'watch = "all", all, selected',
			'officialAccounts = [], required, loadOptionsMethod getOfficialAccounts',
			'triggerOn = ["linked","refused","removed","waiting"], accountUnavailable, invited, linked, officialAccountAdminAgreed, refused, removed, ticketOverdue, unknownStatus, waiting, required',
			'waitingDays = 3, minValue 1',
			'options = {}',
			'options.hintLanguage = "en", en, zh-CN',
			'options.maxConcurrency = 10, minValue 1',
			'options.quietInterval = 60, minValue 0',
		],
	],
	[
		platformTrigger,
		[
			'parsesBody = ""',
			'notice = ""',
			'triggerOn = ["authorized","updateauthorized","unauthorized"], updateauthorized, unauthorized, authorized, other, ticket, required',
			'forwardTo = "", rows 2',
			'options = {"binaryData":true}',
			'additionalFields = {}',
			'additionalFields.forwardEvents = ["updateauthorized","unauthorized","authorized","other","ticket"], updateauthorized, unauthorized, authorized, other, ticket',
			'additionalFields.hintLanguage = "en", en, zh-CN',
			'additionalFields.includeAuthorizationCode = false',
			'additionalFields.includeTestAccounts = false',
		],
	],
];

function storedBy(properties: INodeProperties[], prefix = ''): string[] {
	const lines = properties.flatMap((field) => [
		[
			`${prefix}${field.name} = ${JSON.stringify(field.default)}`,
			...optionsOf(field).map(({ value }) => value),
			...(field.required ? ['required'] : []),
			...Object.entries(field.typeOptions ?? {}).map(([name, value]) => `${name} ${String(value)}`),
		].join(', '),
		...storedBy(fieldsOf(field), `${field.name}.`),
	]);
	return [...new Set(lines)];
}

it.each(STORED.map(([node, lines]) => [node.description.displayName, node, lines] as const))(
	'Workflows store the parameters of %s under the same names, defaults and values',
	(_, { description }, lines) => {
		expect(storedBy(description.properties)).toEqual(lines);
	},
);

/** Parameters and options that the panel shows for these choices, those of collections included. */
function shownFor({ description }: INodeType, choices: INodeParameters): string[] {
	const { properties } = description;
	const node: INode = {
		...{ id: '1', name: '', type: '', typeVersion: 1, parameters: {} },
		position: [0, 0],
	};
	const defaults = [...properties].reverse().map((field) => [field.name, field.default] as const);
	const values = { ...Object.fromEntries(defaults), ...choices } as INodeParameters;
	const isShown = (field: INodeProperties, within: NodeParameterValueType) =>
		NodeHelpers.displayParameter(within as INodeParameters, field, node, description, values);
	return properties
		.filter((field) => isShown(field, values))
		.flatMap((field) => [
			field.name,
			...fieldsOf(field)
				.filter((option) => isShown(option, values[field.name]))
				.map(({ name }) => name),
		]);
}

/** Fields of the node that every operation has. */
const ALWAYS = [
	...['authentication', 'resource', 'operation', 'outputMode', 'options'],
	...['hintLanguage', 'maxConcurrency', 'maxTries', 'timeout'],
];

it.each([
	[
		'link',
		'miniProgramLink',
		'officialAccountAppId miniProgramAppId notifyUsers showProfile checkBeforeLinking includeInputFields',
	],
	['unlink', 'miniProgramLink', 'officialAccountAppId miniProgramAppId includeInputFields'],
	[
		'getStatus',
		'miniProgramLink',
		'officialAccountAppId miniProgramAppId includeEmail includeInputFields simplify',
	],
	['getMany', 'miniProgramLink', 'officialAccountAppId returnAll limit includeEmail simplify'],
	['get', 'officialAccount', 'officialAccountAppId simplify'],
	['getMany', 'officialAccount', 'returnAll limit includeDetails simplify'],
	['createAuthorizationUrl', 'officialAccount', 'redirectUrl accountKind onlyThisAccount'],
	['completeAuthorization', 'officialAccount', 'authorizationCode'],
	['getAccessToken', 'officialAccount', 'officialAccountAppId rejectedToken'],
	['checkSetup', 'platform', ''],
	['getApiQuota', 'platform', 'callMadeBy officialAccountAppId cgiPath'],
	['getCall', 'platform', 'callMadeBy officialAccountAppId rid'],
])('For %s of %s, the panel shows the fields: %s', (operation, resource, fields) => {
	const shown = shownFor(link, { authentication: 'openPlatform', resource, operation });
	expect(shown.sort()).toEqual([...ALWAYS, ...fields.split(' ').filter(Boolean)].sort());
});

it.each<[string, string, 'shown' | 'hidden', INodeType, INodeParameters]>([
	['a pasted token', 'officialAccountAppId', 'hidden', link, { authentication: 'authorizerToken' }],
	['Return All', 'limit', 'hidden', link, { operation: 'getMany', returnAll: true }],
	[
		'an API that is not in the list',
		'otherCgiPath',
		'shown',
		link,
		{ resource: 'platform', operation: 'getApiQuota', cgiPath: 'other' },
	],
	[
		'a call of the platform',
		'officialAccountAppId',
		'hidden',
		link,
		{ resource: 'platform', operation: 'getCall', callMadeBy: 'platform' },
	],
	[
		'selected accounts',
		'officialAccounts',
		'shown',
		linkTrigger,
		{ authentication: 'openPlatform', watch: 'selected' },
	],
	['all accounts', 'officialAccounts', 'hidden', linkTrigger, { authentication: 'openPlatform' }],
	['the event Waiting', 'waitingDays', 'shown', linkTrigger, { triggerOn: ['waiting'] }],
	['other events alone', 'waitingDays', 'hidden', linkTrigger, { triggerOn: ['linked'] }],
	['an unparsed body', 'parsesBody', 'hidden', platformTrigger, { options: { binaryData: true } }],
	['a parsed body', 'parsesBody', 'shown', platformTrigger, { options: {} }],
])('With %s, the field %s is %s', (_, field, state, node, choices) => {
	expect(shownFor(node, choices).includes(field)).toBe(state === 'shown');
});

it.each(NODES)('Each field of %s has a name and says what it does', (_, { description }) => {
	const fields = description.properties.flatMap((one) => [one, ...fieldsOf(one)]);
	for (const { displayName, description: text, type } of fields) {
		expect(displayName).toMatch(/^[A-Z].+/);
		if (!['notice', 'collection', 'hidden', 'options', 'multiOptions'].includes(type)) {
			expect([displayName, text]).toEqual([displayName, expect.stringMatching(/^\S.{8}/)]);
		}
	}
});

it.each(['miniProgramAppId', 'officialAccountAppId'])(
	'You can choose %s from a searchable list or by ID, with an example',
	(name) => {
		const { modes = [] } = link.description.properties.find((one) => one.name === name) ?? {};
		const [list, id] = modes;
		expect(list.typeOptions?.searchable).toBe(true);
		expect(Object.keys(link.methods?.listSearch ?? {})).toContain(
			list.typeOptions?.searchListMethod,
		);
		expect(id).toMatchObject({
			placeholder: 'e.g. wx1234567890abcdef',
			hint: expect.stringMatching(/appid/),
		});
	},
);

/** Evaluates an expression as n8n does, with only the parameters. */
function evaluate(expression: unknown, $parameter: INodeParameters): unknown {
	const [, code] = /^=\{\{(.*)\}\}$/s.exec(String(expression)) ?? [];
	return new Function('$parameter', `return ${code}`)($parameter);
}

const operations = link.description.properties.flatMap((field) =>
	field.name === 'operation'
		? optionsOf(field).map(({ name, value, action = '' }) => ({
				resource: String(field.displayOptions?.show?.resource?.[0]),
				operation: String(value),
				label: name,
				action,
			}))
		: [],
);

it.each(operations)(
	'The line under the node names the credential and the operation as the panel does: $action',
	({ resource, operation, label, action }) => {
		const lineOf = (authentication: string) =>
			evaluate(link.description.subtitle, { authentication, resource, operation });
		expect(lineOf('openPlatform')).toBe(`Open Platform: ${label}`);
		expect(lineOf('authorizerToken')).toBe(`Authorizer Token: ${label}`);
		expect(String(lineOf('openPlatform')).toLowerCase()).not.toBe(action.toLowerCase());
	},
);

it.each(TRIGGERS)(
	'The line under %s names the events as the panel does',
	(_, { description: { subtitle, properties } }) => {
		const choices = properties.filter(({ name }) => name === 'triggerOn').flatMap(optionsOf);
		expect(choices.length).toBeGreaterThan(4);
		for (const { name, value } of choices) {
			expect(evaluate(subtitle, { triggerOn: [String(value)] })).toBe(name);
		}
		expect(evaluate(subtitle, { triggerOn: choices.map(({ value }) => String(value)) })).toBe(
			choices.map(({ name }) => name).join(', '),
		);
		expect(evaluate(subtitle, { triggerOn: '[Expression]' })).toBe('[Expression]');
		expect(evaluate(subtitle, {})).toBe('');
	},
);

it('n8n shows node and link trigger as one entry, whose text describes both', () => {
	expect(linkTrigger.description.description).toMatch(
		/^Link WeChat Mini Programs to Official Accounts, or start a workflow/,
	);
});
