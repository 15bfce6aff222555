import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { readForward, readTargets } from '../../../nodes/WeChatOpenPlatformTrigger/forward';
import { toItem, withoutCode } from '../../../nodes/WeChatOpenPlatformTrigger/item';
import type { PlatformTokens } from '../../../nodes/tokens/platformTokens';
import { invitationIdOf, readFields, type Push } from '../../../nodes/wechat/pushEvent';

const APP_ID = 'wx00000000000000a1';

const pushOf = (fields: Push['fields'], InfoType = 'authorized') =>
	readFields({ InfoType, CreateTime: '1635156704', ...fields }, false);

/** The item of a push to a trigger that starts a workflow for it. */
function itemOf(push: Push, includeAuthorizationCode = false) {
	const parameters: Record<string, unknown> = {
		triggerOn: ['authorized', 'other'],
		'additionalFields.includeAuthorizationCode': includeAuthorizationCode,
	};
	const context = {
		getNodeParameter: (name: string, otherwise: unknown) => parameters[name] ?? otherwise,
	} as unknown as IWebhookFunctions;
	return toItem(context, { kept: { origin: 'o' } } as PlatformTokens, push) ?? {};
}

describe('The item of a push', () => {
	const FIELDS = {
		AuthorizerAppid: APP_ID,
		AuthorizationCode: 'code_canary',
		PreAuthCode: 'pre_canary',
	};

	it('The item of a push says what happened to which account, and contains no secret', () => {
		const push = pushOf(FIELDS);
		const item = itemOf(push, false);
		expect(Object.entries(item)).toEqual([
			['event', 'authorized'],
			['eventId', push.eventId],
			['invitationId', invitationIdOf('pre_canary')],
			['infoType', 'authorized'],
			['officialAccountAppId', APP_ID],
			['officialAccountName', null],
			['accountKind', null],
			['createdAt', '2021-10-25T10:11:44.000Z'],
		]);
		expect(JSON.stringify(item)).not.toContain('canary');
	});

	it('The item has null for what the push does not say', () => {
		expect(itemOf(pushOf({ CreateTime: '0' }), true)).toMatchObject({
			invitationId: null,
			officialAccountAppId: null,
			createdAt: null,
			authorizationCode: null,
		});
	});

	it('The item contains the authorization code only if the operator asks for it', () => {
		expect(itemOf(pushOf(FIELDS), true).authorizationCode).toBe('code_canary');
		expect(itemOf(pushOf(FIELDS), false)).not.toHaveProperty('authorizationCode');
	});

	it('The item of an unknown kind contains the fields of the push, except secrets', () => {
		const push = pushOf({ SomeTicket: 'ticket_canary', A: { B: '1' } }, 'new');
		const fields = { InfoType: 'new', CreateTime: '1635156704', A: { B: '1' } };
		expect(itemOf(push, false).fields).toEqual(fields);
		expect(itemOf(pushOf(FIELDS), false)).not.toHaveProperty('fields');
	});

	it.each([
		['authorized', /^WeChat sent no authorization code/],
		['updateauthorized', /^WeChat sent no authorization code/],
		['unauthorized', /^The merchant has withdrawn the authorization.*Create Authorization URL/],
		['ticket', /^The ticket is kept/],
		['other', /^This package does nothing about such a push/],
	] as const)('An item %s without a code has a hint in both languages', (event, english) => {
		expect(withoutCode({ event }, 'en').hint).toMatch(english);
		expect(withoutCode({ event }, 'zh-CN').hint).toMatch(/\p{Script=Han}.*。$/u);
	});
});

describe('Forward To', () => {
	const targetsOf = (
		forwardTo: unknown,
		own: string | null = 'https://n8n.example.com/webhook/1/w',
	) =>
		readTargets({
			getNodeWebhookUrl: () => own ?? undefined,
			getNodeParameter: (_: string, otherwise: unknown) =>
				forwardTo === undefined ? otherwise : forwardTo,
		} as unknown as IHookFunctions);
	const urlsOf = (forwardTo: unknown, own?: string | null) =>
		targetsOf(forwardTo, own).targets.map(({ url }) => url);

	it('Forward To takes one URL per line, each once', () => {
		const { targets, problems } = targetsOf(
			' https://a.example.com/x?key=canary \r\n\nHTTP://b.example.com:8080/\nhttps://a.example.com/x?key=canary',
		);
		expect(problems).toStrictEqual([]);
		expect(targets).toEqual([
			{
				id: expect.stringMatching(/^[0-9a-f]{16}$/),
				url: 'https://a.example.com/x?key=canary',
				name: 'Forward To, line 4 (a.example.com)',
			},
			{
				id: expect.stringMatching(/^[0-9a-f]{16}$/),
				url: 'HTTP://b.example.com:8080/',
				name: 'Forward To, line 3 (b.example.com:8080)',
			},
		]);
	});

	it.each([undefined, null, '', ' \n '])('Forward To given as %j has no targets', (forwardTo) => {
		expect(targetsOf(forwardTo)).toEqual({ targets: [], problems: [] });
	});

	it.each([
		'a.example.com',
		'ftp://a',
		'https://',
		'https://a b',
		'see https://a',
		'https://:8080',
		'https://a.example.com/b c',
		'xhttps://a.example.com',
	])('A line that is not a URL is reported without its content: %s', (line) => {
		const { targets, problems } = targetsOf(`https://a.example.com\n${line}`);
		expect(targets).toHaveLength(1);
		expect(problems).toEqual([
			'Forward To, line 2: it is not a URL that begins with http:// or https://',
		]);
	});

	it.each([
		'https://n8n.example.com/webhook/1/w',
		'https://n8n.example.com/webhook-test/1/w?a=b',
		'http://n8n.example.com/webhook/1/w',
	])('The trigger\u2019s own URL is left out: %s', (line) => {
		const { targets, problems } = targetsOf(line);
		expect(targets).toStrictEqual([]);
		expect(problems).toEqual(["Forward To, line 1: it is this trigger's own URL"]);
	});

	it('Other triggers of the same n8n are targets, and so is every URL if the own one is unknown', () => {
		expect(urlsOf('https://n8n.example.com/webhook/2/w')).toHaveLength(1);
		expect(urlsOf('https://n8n.example.com:8443/webhook/1/w')).toHaveLength(1);
		const own = 'https://n8n.example.com/webhook/1/w';
		expect(urlsOf(own, null)).toEqual([own]);
		expect(urlsOf(own, 'https://n8n.example.com/webhook-test/1/w')).toStrictEqual([]);
	});
});

describe('The push that is forwarded', () => {
	const rawBody = Buffer.from('<xml/>');
	const rawOf = (request: object) => {
		const context = {
			getRequestObject: () => request,
			getNodeWebhookUrl: () => undefined,
			getNodeParameter: (name: string, otherwise: unknown) =>
				name === 'forwardTo' ? 'https://a.example.com' : otherwise,
		} as unknown as IWebhookFunctions;
		return readForward(context, pushOf({})).forward?.raw;
	};

	it('A push is forwarded with its bytes, its query and its content type', () => {
		const headers = { 'content-type': 'application/xml' };
		const raw = {
			body: rawBody.toString('base64'),
			query: 'a=1?&b=2',
			contentType: 'application/xml',
		};
		const originalUrl = '/webhook/1?a=1?&b=2';
		expect(rawOf({ rawBody, headers, originalUrl, url: '/1' })).toEqual(raw);
		expect(rawOf({ rawBody, headers, url: originalUrl })).toEqual(raw);
	});

	it('A push without a query and a content type is forwarded as XML', () => {
		expect(rawOf({ rawBody, headers: {} })).toEqual({
			body: rawBody.toString('base64'),
			query: '',
			contentType: 'text/xml',
		});
	});
});
