import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readEncrypt, readPush } from '../../../nodes/wechat/push';

interface Foreign {
	message: string;
	encrypt: string;
	msgSignature: string;
}

const { appId, token, aesKey, timestamp, nonce, by } = JSON.parse(
	readFileSync(join(__dirname, 'data', 'foreignPushes.json'), 'utf8'),
) as Record<'appId' | 'token' | 'aesKey' | 'timestamp' | 'nonce', string> & {
	by: Record<string, Foreign[]>;
};

/** The elements of a message that has no others: with a text, in CDATA or not. */
const fieldsOf = (message: string): Record<string, string> =>
	Object.fromEntries(
		[...message.matchAll(/<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))<\/\1>/gs)].map(
			([, name, data, text]) => [name, data ?? text],
		),
	);

const all = Object.entries(by).flatMap(([library, pushes]) =>
	pushes.map((push, n): [string, number, Foreign] => [library, n + 1, push]),
);

describe('pushes of other libraries', () => {
	it('are 56, of seven libraries', () => {
		expect([Object.keys(by).length, all.length]).toEqual([7, 56]);
	});

	it.each(all)('are read with all fields: %s, %i', (_, __, { message, encrypt, msgSignature }) => {
		const body = Buffer.from(`<xml><AppId>${appId}</AppId><Encrypt>${encrypt}</Encrypt></xml>`);
		expect(readEncrypt(body)).toBe(encrypt);
		const read = readPush(
			{ timestamp, nonce, msgSignature, encrypt },
			{ componentAppId: appId, messageToken: token, encodingAesKey: aesKey },
		);
		if ('reason' in read) throw new Error(read.reason);
		const fields = fieldsOf(message);
		expect(Object.keys(fields)).toEqual(['AppId', 'CreateTime', 'InfoType', 'msg']);
		expect({ ...read.fields }).toEqual(fields);
		expect(read).toMatchObject({ infoType: 'notify_x', createTime: 1413192605 });
	});
});
