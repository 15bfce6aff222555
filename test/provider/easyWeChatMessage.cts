import { OpenPlatform } from 'node-easywechat';

import type { PlatformValues } from './software.cts';

/** What WeChat posts for a message of a follower. */
interface PostedMessage {
	query: string;
	body: string;
}

/** A text of a follower, encrypted for a platform by node-easywechat. */
export function easyWeChatMessage(platform: PlatformValues, text: string): PostedMessage {
	const { appId, appSecret, messageToken, encodingAesKey } = platform;
	const app = new OpenPlatform({
		app_id: appId,
		secret: appSecret,
		token: messageToken,
		aes_key: encodingAesKey,
	});
	const timestamp = Math.floor(Date.now() / 1000);
	const nonce = '1590219412';
	const message = `<xml><ToUserName>gh_1</ToUserName><MsgType>text</MsgType><Content>${text}</Content></xml>`;
	const body = app.getEncryptor().encrypt(message, nonce, timestamp);
	const [, signature = ''] = /<MsgSignature><!\[CDATA\[(\w+)/.exec(body) ?? [];
	const fields = { timestamp: String(timestamp), nonce, msg_signature: signature, openid: 'o1' };
	return { query: new URLSearchParams(fields).toString(), body };
}
