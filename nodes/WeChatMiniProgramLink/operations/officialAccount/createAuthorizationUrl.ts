import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import type { Operation, PlatformCall } from '../../operation';
import { emitRead, emitResult, missingResult } from '../../results';
import { readAppId } from '../../../wechat/appId';
import { authorizationUrls, readRedirectUrl } from '../../../wechat/authorizationLink';
import { invitationIdOf } from '../../../wechat/pushEvent';
import { isObstacle } from '../../../wechat/obstacle';
import type { Text } from '../../../wechat/text';
import { lifeOf } from '../../../wechat/values';

const displayOptions = {
	show: { resource: ['officialAccount'], operation: ['createAuthorizationUrl'] },
};

const properties: INodeProperties[] = [
	{
		displayName: 'Redirect URL',
		name: 'redirectUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://merchants.example.com/authorized',
		displayOptions,
		description:
			"Where the merchant's browser goes afterwards: an https address on the domain registered as the authorization start page (授权发起页域名)",
	},
	{
		displayName: 'Account Kind',
		name: 'accountKind',
		type: 'options',
		options: [
			{ name: 'Official Account', value: 1 },
			{ name: 'Official Account or Mini Program', value: 3 },
		],
		default: 1,
		displayOptions,
		description: 'The accounts that the merchant may choose from (auth_type)',
	},
	{
		displayName: 'Only This Account',
		name: 'onlyThisAccount',
		type: 'string',
		default: '',
		placeholder: 'e.g. wx1234567890abcdef',
		displayOptions,
		description:
			'The appid of the only account that the merchant may choose (biz_appid); empty for any',
	},
];

/**
 * Seconds that a pre-auth code is valid, as in the sample in WeChat's documentation; the text there says
 * 1800.
 */
const CODE_LIFE = 600;

const HINT: Text = {
	en: 'Send the merchant a page that links to this URL, on the domain registered as the authorization start page in the WeChat Open Platform console. WeChat refuses the URL if it is pasted into a browser or reached by a redirect. Each URL works once.',
	'zh-CN':
		'请给商家发送一个网页，其域名须在微信开放平台登记为授权发起页域名，并把此 URL 作为网页中的链接：直接粘贴到浏览器或经跳转打开会被微信拒绝。每个 URL 只能使用一次。',
};

async function createAuthorizationUrl({ platform, subject, parameter }: PlatformCall) {
	const redirectUrl = readRedirectUrl(parameter('redirectUrl'));
	if (isObstacle(redirectUrl)) return redirectUrl;
	const given = parameter('onlyThisAccount');
	const only = given ? readAppId(given, 'Official Account') : '';
	if (isObstacle(only)) return only;

	const answer = await platform.call('api_create_preauthcode');
	const { pre_auth_code: code, expires_in: life } = answer.payload;
	if (answer.errcode !== 0 || typeof code !== 'string') {
		return emitResult(missingResult(subject, answer));
	}
	const json: IDataObject = {
		...authorizationUrls({
			apiBaseUrl: platform.baseUrl,
			componentAppId: platform.appId,
			preAuthCode: code,
			redirectUrl,
			accountKind: Number(parameter('accountKind')),
			onlyThisAccount: only,
		}),
		expiresAt: new Date(Date.now() + lifeOf(life, CODE_LIFE) * 1000).toISOString(),
		hint: HINT[subject.language],
		invitationId: invitationIdOf(code),
	};
	return [{ ...emitRead(json), outcome: 'created' }];
}

/** Creates the URL with which a merchant authorizes the platform. */
export const createAuthorizationUrlOperation: Operation = {
	resource: 'officialAccount',
	option: {
		name: 'Create Authorization URL',
		value: 'createAuthorizationUrl',
		action: 'Create authorization URL',
		description: 'Create the URL with which a merchant authorizes the third-party platform',
	},
	properties,
	branches: READ_BRANCHES,
	execute: createAuthorizationUrl,
};
