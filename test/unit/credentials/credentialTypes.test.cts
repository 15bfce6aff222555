import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestHelper,
} from 'n8n-workflow';

import { WeChatAuthorizerTokenApi } from '../../../credentials/WeChatAuthorizerTokenApi.credentials';
import { WeChatOpenPlatformApi } from '../../../credentials/WeChatOpenPlatformApi.credentials';
import { TYPED_EXPRESSIONS } from '../../../nodes/tokens/credentialStore';
import { formOf } from '../forms.cts';
import { ROOT, textOf } from '../rooms.cts';

const TYPES: Array<[string, new () => ICredentialType]> = [
	['WeChat Authorizer Token API', WeChatAuthorizerTokenApi],
	['WeChat Open Platform API', WeChatOpenPlatformApi],
];

const OF_SERVICE = 'shown for tokenSource tokenService';
/** Both types show the same fields for a token service. */
const SERVICE_FIELDS = [
	['tokenServiceUrl', 'string', '', 'required', OF_SERVICE],
	['tokenServiceHeaderName', 'string', '', OF_SERVICE],
	['tokenServiceHeaderValue', 'string', '', 'secret', OF_SERVICE],
];

const formsOf = ({ properties }: ICredentialType) =>
	properties.filter(({ name }) => name !== TYPED_EXPRESSIONS).map(formOf);

describe('the fields of a credential', () => {
	it('of one account are these', () => {
		expect(formsOf(new WeChatAuthorizerTokenApi())).toEqual([
			[
				'tokenSource',
				'options',
				'accessToken',
				'no expression',
				'or accessToken',
				'or tokenService',
			],
			['accessToken', 'string', '', 'required', 'secret', 'shown for tokenSource accessToken'],
			...SERVICE_FIELDS,
			['officialAccountAppId', 'string', ''],
			['apiBaseUrl', 'string', 'https://api.weixin.qq.com'],
			['hintLanguage', 'options', 'en', 'or en', 'or zh-CN'],
			['storedAt', 'hidden', '', 'stored when empty'],
			['authorizerAccessToken', 'hidden', '', 'secret'],
			['storedSerial', 'hidden', 0],
			['storedRenewAt', 'hidden', 0],
			['storedOrigin', 'hidden', ''],
		]);
	});

	it('of a platform are these', () => {
		expect(formsOf(new WeChatOpenPlatformApi())).toEqual([
			['notice', 'notice', ''],
			['tokenSource', 'options', 'platform', 'no expression', 'or platform', 'or tokenService'],
			...SERVICE_FIELDS,
			['componentAppId', 'string', '', 'required'],
			['componentAppSecret', 'string', '', 'required', 'secret', 'shown for tokenSource platform'],
			['messageToken', 'string', '', 'secret'],
			['encodingAesKey', 'string', '', 'secret'],
			['previousEncodingAesKey', 'string', '', 'secret'],
			['componentVerifyTicket', 'string', '', 'secret'],
			['apiBaseUrl', 'string', 'https://api.weixin.qq.com'],
			['fallbackApiBaseUrl', 'string', 'https://api2.weixin.qq.com'],
			['hintLanguage', 'options', 'en', 'or en', 'or zh-CN'],
			['allowTokenOutput', 'boolean', false, 'no expression'],
			['storedAt', 'hidden', '', 'stored when empty'],
			['componentAccessToken', 'hidden', '', 'secret'],
			['componentAccessTokenExpiresAt', 'hidden', 0],
			['authorizerAccessTokens', 'hidden', '', 'secret'],
			['tokenMaker', 'hidden', ''],
			['authorizationCodes', 'hidden', '', 'secret'],
			['receivedPushes', 'hidden', '', 'secret'],
			['verifyTicketReceivedAt', 'hidden', 0],
			['verifyTicketPushedAt', 'hidden', 0],
			['verifyTicketReadWith', 'hidden', ''],
			['triggerParsesBody', 'hidden', ''],
		]);
	});

	it.each(TYPES)('of %s have a name, and a description where they are shown', (_, Type) => {
		const type = new Type();
		for (const { displayName, description, type: kind } of type.properties) {
			expect(displayName).toMatch(/^[A-Z].+/);
			if (kind !== 'hidden' && kind !== 'notice') expect(description).toMatch(/^[A-Z].{10}/);
		}
	});

	it.each(TYPES)('of %s show how an appid and a URL are written', (_, Type) => {
		const type = new Type();
		const placeholders = type.properties.flatMap(({ placeholder }) => placeholder ?? []);
		expect(placeholders).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/^e\.g\. https:\/\/tokens\.example\.com\/./),
				'e.g. Authorization',
				'e.g. wx1234567890abcdef',
			]),
		);
	});
});

describe('a credential type', () => {
	it.each(TYPES)(
		'is shown as %s, with an icon for light and dark, for these nodes alone',
		(name, Type) => {
			const type = new Type();
			expect(type.displayName).toBe(name);
			expect(type.name).toBe(`weC${name.slice(3).replaceAll(' ', '').replace('API', 'Api')}`);
			const { light, dark } = type.icon as { light: string; dark: string };
			expect(light).not.toBe(dark);
			for (const icon of [light, dark]) {
				expect(icon).toMatch(/^file:.*\.svg$/);
				expect(existsSync(join(ROOT, 'credentials', icon.replace(/^file:/, '')))).toBe(true);
			}
			expect(type.restrictToSupportedNodes).toBe(true);
		},
	);

	it.each(TYPES)('%s leads to what the documentation says about it', (name, Type) => {
		const type = new Type();
		const [, file = '', anchor] =
			/\/blob\/main\/(docs\/\S+)#(\S+)$/.exec(type.documentationUrl ?? '') ?? [];
		expect(textOf(file)).toContain(`# ${name}`);
		expect(anchor).toBe(name.toLowerCase().replaceAll(' ', '-'));
	});

	it.each(TYPES)(
		'%s stores nothing unless it was ordered, and keeps the list of expressions one',
		async (_, Type) => {
			const type = new Type();
			const store = async (credentials: ICredentialDataDecryptedObject) =>
				await type.preAuthentication?.call({} as IHttpRequestHelper, credentials);
			expect(await store({ tokenMaker: 'x' })).toEqual({});
			const order = { changes: { tokenMaker: 'y' }, isDone: false };
			const ordered = { [Symbol.for('n8n-nodes-wechat-mini-program-link.store')]: order };
			const expression = type.properties.find(({ name }) => name === TYPED_EXPRESSIONS)?.default;
			expect(expression).toMatch(/^=\{\{/);
			expect(await store(ordered)).toMatchObject({
				tokenMaker: 'y',
				[TYPED_EXPRESSIONS]: expression,
			});
		},
	);
});
