import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readPush } from '../../../nodes/wechat/push';

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

beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(Number(timestamp) * 1000));
afterEach(() => jest.restoreAllMocks());

describe('Pushes that other libraries have encrypted', () => {
	it('The examples are 56 pushes of seven libraries', () => {
		expect([Object.keys(by).length, all.length]).toEqual([7, 56]);
	});

	it.each(all)('All fields of the push of %s, %i, are read', async (_, __, foreign) => {
		const { message, encrypt, msgSignature: msg_signature } = foreign;
		const body = Buffer.from(`<xml><AppId>${appId}</AppId><Encrypt>${encrypt}</Encrypt></xml>`);
		const credentials = { componentAppId: appId, messageToken: token, encodingAesKey: aesKey };
		const read = await readPush(
			{ timestamp, nonce, msg_signature },
			async () => await Promise.resolve(body),
			async () => await Promise.resolve({ credentials }),
		);
		if ('reason' in read) throw new Error(read.reason);
		const fields = fieldsOf(message);
		expect(Object.keys(fields)).toEqual(['AppId', 'CreateTime', 'InfoType', 'msg']);
		expect({ ...read.push.fields }).toEqual(fields);
		expect(read.push).toMatchObject({ infoType: 'notify_x', createTime: 1413192605 });
	});
});
