import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { toItem, withoutCode } from '../../../nodes/WeChatOpenPlatformTrigger/item';
import { readTargets } from '../../../nodes/WeChatOpenPlatformTrigger/targets';
import { readRawPush } from '../../../nodes/WeChatOpenPlatformTrigger/verify';
import type { Push } from '../../../nodes/wechat/push';
import { eventIdOf, invitationIdOf } from '../../../nodes/wechat/pushEvent';

const APP_ID = 'wx00000000000000a1';

const pushOf = (fields: Push['fields'], infoType = 'authorized'): Push => ({
	infoType,
	createTime: 1635156704,
	fields,
	isOfPreviousKey: false,
});

describe('the item of a push', () => {
	const FIELDS = {
		AuthorizerAppid: APP_ID,
		AuthorizationCode: 'code_canary',
		PreAuthCode: 'pre_canary',
	};

	it('tells what happened to which account, and no secret', () => {
		const push = pushOf(FIELDS);
		const item = toItem(push, 'authorized', false);
		expect(Object.entries(item)).toEqual([
			['event', 'authorized'],
			['eventId', eventIdOf(push)],
			['invitationId', invitationIdOf('pre_canary')],
			['infoType', 'authorized'],
			['officialAccountAppId', APP_ID],
			['officialAccountName', null],
			['accountKind', null],
			['createdAt', '2021-10-25T10:11:44.000Z'],
		]);
		expect(JSON.stringify(item)).not.toContain('canary');
	});

	it('has nulls for what the push does not tell', () => {
		const item = toItem({ ...pushOf({}), createTime: 0 }, 'authorized', true);
		expect(item).toMatchObject({
			invitationId: null,
			officialAccountAppId: null,
			createdAt: null,
			authorizationCode: null,
		});
	});

	it('holds the code only where that was asked for', () => {
		expect(toItem(pushOf(FIELDS), 'authorized', true).authorizationCode).toBe('code_canary');
	});

	it('of an unknown kind has the fields of the push, without the secret ones', () => {
		const push = pushOf({ InfoType: 'new', SomeTicket: 'ticket_canary', A: { B: '1' } }, 'new');
		expect(toItem(push, 'other', false).fields).toEqual({ InfoType: 'new', A: { B: '1' } });
		expect(toItem(push, 'authorized', false)).not.toHaveProperty('fields');
	});
});

describe('the item of a push without a code', () => {
	it.each([
		['authorized', /^WeChat sent no authorization code along/],
		['updateauthorized', /^WeChat sent no authorization code along/],
		['unauthorized', /^The merchant has withdrawn the authorization.*Create Authorization URL/],
		['ticket', /^The ticket is kept/],
		['other', /^This package does nothing about such a push/],
	] as const)('has a hint in both languages where it tells %s', (event, english) => {
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

	it('is one URL on each line, each once', () => {
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

	it.each([undefined, null, '', ' \n '])('given as %j is none', (forwardTo) => {
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
	])('tells the line that is no URL, and not what stands there: %s', (line) => {
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
	])('leaves out its own URL: %s', (line) => {
		const { targets, problems } = targetsOf(line);
		expect(targets).toStrictEqual([]);
		expect(problems).toEqual(["Forward To, line 1: it is this trigger's own URL"]);
	});

	it('takes other triggers of the same n8n, and any URL where its own is not known', () => {
		expect(urlsOf('https://n8n.example.com/webhook/2/w')).toHaveLength(1);
		expect(urlsOf('https://n8n.example.com:8443/webhook/1/w')).toHaveLength(1);
		const own = 'https://n8n.example.com/webhook/1/w';
		expect(urlsOf(own, null)).toEqual([own]);
		expect(urlsOf(own, 'https://n8n.example.com/webhook-test/1/w')).toStrictEqual([]);
	});
});

describe('a push as it came', () => {
	const contextOf = (request: object) =>
		({ getRequestObject: () => request }) as unknown as IWebhookFunctions;
	const rawBody = Buffer.from('<xml/>');

	it('goes on with its bytes, its query and its content type', async () => {
		const headers = { 'content-type': 'application/xml' };
		const raw = {
			body: rawBody.toString('base64'),
			query: 'a=1?&b=2',
			contentType: 'application/xml',
		};
		const originalUrl = '/webhook/1?a=1?&b=2';
		expect(await readRawPush(contextOf({ rawBody, headers, originalUrl, url: '/1' }))).toEqual(raw);
		expect(await readRawPush(contextOf({ rawBody, headers, url: originalUrl }))).toEqual(raw);
	});

	it('is XML without a query where nothing else is said', async () => {
		expect(await readRawPush(contextOf({ rawBody, headers: {} }))).toEqual({
			body: rawBody.toString('base64'),
			query: '',
			contentType: 'text/xml',
		});
	});
});
