import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { IHookFunctions, INodeType } from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { WeChatMiniProgramLinkTrigger } from '../../nodes/WeChatMiniProgramLinkTrigger/WeChatMiniProgramLinkTrigger.node';
import { WeChatOpenPlatformTrigger } from '../../nodes/WeChatOpenPlatformTrigger/WeChatOpenPlatformTrigger.node';
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
