import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import { emitRead, emitResult } from '../../emit';
import type { PlatformCall, PlatformOperation } from '../../operation';
import { resultOf, unsentResult } from '../../results';
import { readAppId } from '../../../wechat/appId';
import { authorizationUrls } from '../../../wechat/authorizationUrl';
import { invitationIdOf } from '../../../wechat/pushEvent';
import { isObstacle, type Obstacle } from '../../../wechat/obstacle';
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
			"Where the merchant's browser goes afterwards; an https address on the domain registered as authorization start page (授权发起页域名)",
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
		description: 'Which accounts the merchant may choose (auth_type)',
	},
	{
		displayName: 'Only This Account',
		name: 'onlyThisAccount',
		type: 'string',
		default: '',
		placeholder: 'e.g. wx1234567890abcdef',
		displayOptions,
		description: 'Appid of the one account that may be chosen, if any (biz_appid)',
	},
];

/** Seconds that a pre-auth code lives in WeChat's sample; the text of the page says 1800. */
const CODE_LIFE = 600;

const HINT =
	'Send the merchant a page on the domain that is registered as authorization start page in the WeChat Open Platform console, with this URL as a link: WeChat refuses it when it is pasted into a browser or reached by a redirect. Each URL works once.';

/** Where a local WeChat can send a browser to. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The address to which WeChat sends the merchant's browser back. It has to be an https URL on the
 * registered start page domain (doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/
 * Authorization_Process_Technical_Description.html). On this machine, which WeChat has never
 * registered, http will do: that is where a local stand-in for WeChat is tried.
 */
function readRedirectUrl(given: unknown): string | Obstacle {
	const text = String(given ?? '').trim();
	const url = /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
	if (url?.protocol === 'https:') return text;
	if (url && THIS_MACHINE.includes(url.hostname)) return text;
	return {
		category: 'invalidRequest',
		problem: url ? 'The Redirect URL starts with http://' : 'The Redirect URL is not a URL',
		hint: 'Fill in the parameter Redirect URL: an address that starts with https://, on the domain that is registered as 授权发起页域名 (authorization start page) in the WeChat Open Platform console.',
	};
}

async function createAuthorizationUrl(call: PlatformCall) {
	const { platform, subject, parameter } = call;
	const redirectUrl = readRedirectUrl(parameter('redirectUrl'));
	if (isObstacle(redirectUrl)) return emitResult(unsentResult(subject, redirectUrl));
	const given = parameter('onlyThisAccount');
	const only = given ? readAppId(given, 'Official Account') : '';
	if (typeof only !== 'string') return emitResult(unsentResult(subject, only));

	const answer = await platform.call('api_create_preauthcode');
	const { pre_auth_code: code, expires_in: life } = answer.payload;
	if (answer.errcode !== 0 || typeof code !== 'string') {
		return emitResult(resultOf(subject, undefined, answer, 'failed'));
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
		hint: HINT,
		invitationId: invitationIdOf(code),
	};
	return [emitRead(json)];
}

/** Makes the link with which a merchant authorises the platform. */
export const createAuthorizationUrlOperation: PlatformOperation = {
	resource: 'officialAccount',
	option: {
		name: 'Create Authorization URL',
		value: 'createAuthorizationUrl',
		action: 'Create an authorization URL',
		description: 'Create the link with which a merchant authorizes the third-party platform',
	},
	needsOfficialAccount: false,
	properties,
	branches: READ_BRANCHES,
	execute: createAuthorizationUrl,
	summary: { read: 'created' },
};
