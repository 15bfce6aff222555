import { MESSAGE_PERMISSION_SET } from '../platform/accounts.cts';
import type { Account } from '../platform/accounts.cts';
import { copyFor } from '../platform/platforms.cts';
import type { Platform } from '../platform/platforms.cts';
import type { Materials } from '../platform/platformTypes.cts';
import type { World } from '../world.cts';
import { decrypt, encrypt, signatureOf } from './pushCrypto.cts';
import { signedQuery } from './pusher.cts';
import type { Sendable } from './pushSender.cts';
import type { FollowerMessage, PushAnswer } from './pushTypes.cts';
import { innerXml, messageXml } from './pushXml.cts';
import { randomDigits } from '../randomText.cts';

/** What followers read if nobody answers (reported). */
export const OUT_OF_ORDER = '该公众号提供的服务出现故障，请稍后再试';

/** The openid of the writer. */
const FOLLOWER = 'oSandboxFollower000000000001';

const KEPT_MESSAGES = 20;

/** The text of an element of a reply. */
function elementOf(xml: string, name: string): string {
	const form = new RegExp(`<${name}>(?:<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|([^<]*))</${name}>`);
	const [, inCdata, plain = ''] = form.exec(xml) ?? [];
	return inCdata ?? plain;
}

/** The text of an encrypted reply; null if it is not one, or not for this platform. */
function replyIn(body: string, appId: string, copy: Materials): string | null {
	const encrypted = elementOf(body, 'Encrypt');
	const [timestamp, nonce] = ['TimeStamp', 'Nonce'].map((name) => elementOf(body, name));
	const signature = signatureOf(copy.messageToken, timestamp, nonce, encrypted);
	if (encrypted === '' || elementOf(body, 'MsgSignature') !== signature) return null;
	try {
		const plain = decrypt(encrypted, copy.encodingAesKey);
		return plain.appId === appId ? elementOf(plain.message, 'Content') : null;
	} catch {
		return null;
	}
}

/** What the follower reads: `success` and an empty answer mean no reply. */
function readingOf({ status, body }: PushAnswer, appId: string, copy: Materials): string | null {
	if (status === 200 && (body === 'success' || body === '')) return null;
	return (status === 200 && replyIn(body, appId, copy)) || OUT_OF_ORDER;
}

function sendableOf(
	world: World,
	{ appId }: Platform,
	account: Account,
	text: string,
	copy: Materials & { messageUrl: string },
): Sendable {
	const time = world.pusher.time();
	const fields = {
		ToUserName: account.username,
		FromUserName: FOLLOWER,
		CreateTime: time,
		MsgType: 'text',
		Content: text,
		MsgId: randomDigits(17),
	};
	const message = innerXml(fields, world.settings.pushCdata);
	const encrypted = encrypt({ message, appId }, copy.encodingAesKey);
	const query = signedQuery(copy.messageToken, time, randomDigits(10), encrypted);
	query.set('openid', FOLLOWER);
	return {
		url: copy.messageUrl.replaceAll('$APPID$', account.appId),
		query: query.toString(),
		body: Buffer.from(messageXml(account.username, encrypted)),
	};
}

/** Sends a message to the platform, once (reported), if the account granted the message set. */
async function send(world: World, account: Account, text: string): Promise<FollowerMessage> {
	const platform = world.platformOf(account);
	const isForPlatform =
		platform !== undefined &&
		account.status === 'authorized' &&
		account.permissionSets.has(MESSAGE_PERMISSION_SET);
	if (!isForPlatform) return { text, answer: null, reads: null };
	const copy = copyFor(platform, account);
	const { messageUrl } = copy;
	if (messageUrl === null) return { text, answer: null, reads: OUT_OF_ORDER };
	const push = sendableOf(world, platform, account, text, { ...copy, messageUrl });
	const answer = await world.pusher.sendOnce(push);
	return { text, answer, reads: readingOf(answer, platform.appId, copy) };
}

/** A follower writes to an account, which keeps its last messages. */
export async function writeAsFollower(
	world: World,
	account: Account,
	text: string,
): Promise<FollowerMessage> {
	const message = await send(world, account, text);
	account.messages.unshift(message);
	account.messages.splice(KEPT_MESSAGES);
	return message;
}
