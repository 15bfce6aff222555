import { decrypt, getSignature } from '@wecom/crypto';

import { MakesTokens } from './makesTokens.cts';
import type { SetUp } from './software.cts';

/** Software that reads pushes with Tencent's own library, and makes tokens by itself. */
export const wecom: SetUp = (platform, apiBaseUrl) => ({
	tokens: new MakesTokens(platform, apiBaseUrl),
	read: async ({ url, body }) => {
		const { searchParams } = new URL(url, 'http://provider');
		const { appId, messageToken, encodingAesKey } = platform;
		const encrypted = textIn(body, 'Encrypt');
		const [timestamp, nonce] = ['timestamp', 'nonce'].map((name) => searchParams.get(name) ?? '');
		const signature = getSignature(messageToken, timestamp, nonce, encrypted);
		if (signature !== searchParams.get('msg_signature')) throw new Error('the signature is wrong');
		const { message, id } = decrypt(encodingAesKey, encrypted);
		if (id !== appId) throw new Error('it is for another platform');
		const fields = Object.fromEntries(
			FIELDS.map((name) => [name, textIn(message, name)]).filter(([, text]) => text !== ''),
		) as Record<string, string>;
		return Promise.resolve({
			infoType: fields.InfoType ?? '',
			account: fields.AuthorizerAppid ?? null,
			fields,
		});
	},
});

const FIELDS = ['InfoType', 'AuthorizerAppid', 'AuthorizationCode', 'ComponentVerifyTicket'];

/** The text of an element, with or without CDATA; '' where there is none. */
function textIn(xml: string, name: string): string {
	const element = new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, 's').exec(
		xml,
	);
	return element?.[1] ?? '';
}
