import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject, IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import { pathOf } from '../wechat/apis';
import { describeErrcode } from '../wechat/errcodes';
import { noReply, type Reply } from '../wechat/reply';
import { readBaseUrl } from '../accounts/credentialReader';
import { jsonPost, readResponse } from '../calls/jsonPost';
import { TokenFailure } from './tokenFailure';
import type { TokenFields } from './credentialToken';

/** Milliseconds that WeChat has for its answer. */
const TIMEOUT = 10_000;
/** WeChat's page asks for a new token 10 minutes before the end of the old one. */
const RENEW_BEFORE_END = 10 * 60_000;
/** Seconds, where the answer leaves it out. */
const USUAL_LIFE = 7200;

/** Where the credential `weChatOpenPlatformApi` keeps the platform's token. */
export const COMPONENT_TOKEN: TokenFields = {
	type: 'weChatOpenPlatformApi',
	token: 'componentAccessToken',
	renewAt: ({ componentAccessTokenExpiresAt }) =>
		Math.max(1, Number(componentAccessTokenExpiresAt ?? 0) - RENEW_BEFORE_END),
	isCurrent: (credentials) => credentials.componentAccessTokenOrigin === originOf(credentials),
};

/** What the platform's token was made from; it ends when these fields are edited. */
export function originOf(credentials: ICredentialDataDecryptedObject): string {
	const { componentAppId, componentAppSecret, apiBaseUrl } = credentials;
	return createHash('sha256')
		.update(JSON.stringify([componentAppId, componentAppSecret, apiBaseUrl]))
		.digest('base64url');
}

interface ComponentTokenBody {
	component_appid: string;
	component_appsecret: string;
	component_verify_ticket: string;
}

/**
 * Gets a new component_access_token for the newest ticket
 * (doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken). It voids the former one.
 *
 * @returns the fields to keep in the credential
 * @throws TokenFailure when WeChat gives none
 */
export async function fetchComponentToken(
	helpers: IHttpRequestHelper['helpers'],
	credentials: ICredentialDataDecryptedObject,
): Promise<IDataObject> {
	const body = requireComponentFields(credentials);
	const baseUrl = readBaseUrl(credentials.apiBaseUrl);
	if (typeof baseUrl !== 'string') {
		throw new TokenFailure(baseUrl.problem, baseUrl.category, baseUrl.hint);
	}
	return readComponentToken(await ask(helpers, baseUrl, body), credentials);
}

/**
 * The body of api_component_token, when everything for it is there.
 *
 * @throws TokenFailure that says what is missing
 */
export function requireComponentFields(
	credentials: ICredentialDataDecryptedObject,
): ComponentTokenBody {
	const body = componentTokenBody(credentials);
	if (!body.component_appid || !body.component_appsecret) {
		throw new TokenFailure(
			'The Component App ID or the Component App Secret is empty',
			'authorization',
			'Fill in both in the credential WeChat Open Platform API; they stand in the WeChat Open Platform console, third-party platform, details.',
		);
	}
	if (!body.component_verify_ticket) throw noTicket();
	return body;
}

/** Without a ticket there is no token, and only WeChat can give a ticket. */
const noTicket = () =>
	new TokenFailure(
		'WeChat has not pushed a ticket (component_verify_ticket) yet',
		'authorization',
		'Activate a workflow with the WeChat Open Platform Trigger, put its URL into the authorization event URL of the third-party platform (WeChat Open Platform console), and wait up to ten minutes for the next push. A ticket from elsewhere can be pasted into the credential.',
	);

/**
 * Reads the answer of api_component_token.
 *
 * @throws TokenFailure when there is no token in it
 */
export function readComponentToken(
	reply: Reply,
	credentials: ICredentialDataDecryptedObject,
): IDataObject {
	const { component_access_token: token, expires_in: life } = reply.payload;
	if (reply.errcode === 0 && typeof token === 'string' && token !== '') {
		return {
			componentAccessToken: token,
			componentAccessTokenExpiresAt: Date.now() + (Number(life) || USUAL_LIFE) * 1000,
			componentAccessTokenOrigin: originOf(credentials),
		};
	}
	if (reply.errcode === null) {
		const isRetryable = reply.missing === 'noAnswer';
		throw new TokenFailure(
			`The platform's token could not be had. ${reply.errmsg}`,
			isRetryable ? 'retryable' : 'invalidRequest',
			isRetryable
				? 'Send the item again in a few minutes. If this stays, check the API Base URL in the credential and that n8n can reach it.'
				: 'Check the API Base URL in the credential.',
		);
	}
	const { category, meaning, hint } = describeErrcode(reply.errcode);
	const seen = reply.requestIp ? ` WeChat saw the IP address ${reply.requestIp}.` : '';
	throw new TokenFailure(
		`WeChat gave the platform no token: ${meaning || reply.errmsg || 'an unknown code'}`,
		category,
		hint + seen,
		reply.errcode,
	);
}

async function ask(
	helpers: IHttpRequestHelper['helpers'],
	baseUrl: string,
	body: object,
): Promise<Reply> {
	try {
		const url = baseUrl + pathOf('api_component_token');
		return readResponse(await helpers.httpRequest(jsonPost(url, body, TIMEOUT)));
	} catch {
		return noReply('noAnswer', 'No answer from WeChat');
	}
}

function componentTokenBody(credentials: ICredentialDataDecryptedObject): ComponentTokenBody {
	return {
		component_appid: textOf(credentials.componentAppId),
		component_appsecret: textOf(credentials.componentAppSecret),
		component_verify_ticket: textOf(credentials.componentVerifyTicket),
	};
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}
