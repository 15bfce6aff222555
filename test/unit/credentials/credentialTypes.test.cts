import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestHelper,
} from 'n8n-workflow';

import { WeChatAuthorizerTokenApi } from '../../../credentials/WeChatAuthorizerTokenApi.credentials';
import { WeChatOpenPlatformApi } from '../../../credentials/WeChatOpenPlatformApi.credentials';
import { secretsOf } from '../../../nodes/accounts/credentialReader';
import { TYPED_EXPRESSIONS } from '../../../nodes/tokens/credentialStore';
import { ROOT, textOf } from '../rooms.cts';

const TYPES: Array<[string, new () => ICredentialType]> = [
	['WeChat Authorizer Token API', WeChatAuthorizerTokenApi],
	['WeChat Open Platform API', WeChatOpenPlatformApi],
];

/** Hidden fields that contain many secrets each. */
const JSON_FIELDS = ['authorizerAccessTokens', 'authorizationCodes', 'receivedPushes'];

describe('Fields', () => {
	it.each<[string, new () => ICredentialType, object]>([
		[
			'WeChat Authorizer Token API',
			WeChatAuthorizerTokenApi,
			{
				tokenSource: 'accessToken',
				accessToken: '',
				tokenServiceUrl: '',
				tokenServiceHeaderName: '',
				tokenServiceHeaderValue: '',
				officialAccountAppId: '',
				apiBaseUrl: 'https://api.weixin.qq.com',
				hintLanguage: 'en',
			},
		],
		[
			'WeChat Open Platform API',
			WeChatOpenPlatformApi,
			{
				tokenSource: 'platform',
				tokenServiceUrl: '',
				tokenServiceHeaderName: '',
				tokenServiceHeaderValue: '',
				componentAppId: '',
				componentAppSecret: '',
				messageToken: '',
				encodingAesKey: '',
				previousEncodingAesKey: '',
				componentVerifyTicket: '',
				apiBaseUrl: 'https://api.weixin.qq.com',
				fallbackApiBaseUrl: 'https://api2.weixin.qq.com',
				hintLanguage: 'en',
				allowTokenOutput: false,
			},
		],
	])(
		'The fields of %s keep the names and defaults that stored credentials have',
		(_, Type, fields) => {
			const shown = new Type().properties.filter(
				({ type }) => type !== 'hidden' && type !== 'notice',
			);
			expect(Object.fromEntries(shown.map((one) => [one.name, one.default]))).toEqual(fields);
		},
	);

	it.each(TYPES)('The form of %s hides its secrets, and the nodes know them', (_, Type) => {
		const { properties } = new Type();
		const hidden = properties.filter(({ typeOptions }) => typeOptions?.password === true);
		const single = hidden.filter(({ name }) => !JSON_FIELDS.includes(name));
		const value = Object.fromEntries(properties.map(({ name }) => [name, name]));
		expect(new Set(secretsOf(value))).toEqual(new Set(single.map(({ name }) => name)));
		expect(single.length).toBeGreaterThan(2);
	});

	it.each(TYPES)('All fields of %s have a name, and the visible ones a description', (_, Type) => {
		const type = new Type();
		for (const { displayName, description, type: kind } of type.properties) {
			expect(displayName).toMatch(/^[A-Z].+/);
			if (kind !== 'hidden' && kind !== 'notice') expect(description).toMatch(/^[A-Z].{10}/);
		}
	});

	it.each(TYPES)('The fields of %s show how to write an appid and a URL', (_, Type) => {
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

describe('Credential types', () => {
	it.each(TYPES)(
		'%s has an icon for light and dark and is only for the nodes of this package',
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

	it.each(TYPES)('%s links to its chapter in the documentation', (name, Type) => {
		const type = new Type();
		const [, file = '', anchor] =
			/\/blob\/main\/(docs\/\S+)#(\S+)$/.exec(type.documentationUrl ?? '') ?? [];
		expect(textOf(file)).toContain(`# ${name}`);
		expect(anchor).toBe(name.toLowerCase().replaceAll(' ', '-'));
	});

	it.each(TYPES)(
		'%s stores only what a node asks it to store, and restores the expression in the field that lists its expressions',
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
