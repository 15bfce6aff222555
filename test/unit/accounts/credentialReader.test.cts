import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { CredentialReader, hintLanguageOf } from '../../../nodes/accounts/credentialReader';
import type { Context } from '../../../nodes/calls/transport';
import { TYPED_EXPRESSIONS } from '../../../nodes/tokens/credentialStore';
import { isObstacle } from '../../../nodes/wechat/obstacle';

type Item = ICredentialDataDecryptedObject | Error;

/** A reader of a credential with these values by item, and the items for which it was read. */
function readerOf(
	items: Item[],
	type: 'weChatAuthorizerTokenApi' | 'weChatOpenPlatformApi' = 'weChatAuthorizerTokenApi',
) {
	const read: number[] = [];
	const getCredentials = async (_: string, index: number) => {
		read.push(index);
		const item = items[index];
		if (item instanceof Error) throw item;
		return await Promise.resolve(item);
	};
	const context = { getCredentials } as unknown as Context;
	return { read, reader: new CredentialReader(context, type, items.length) };
}

/** What n8n returns for an item of a credential without an expression. */
const same = (index: number) => ({ accessToken: 'T', [TYPED_EXPRESSIONS]: `${index}:[]` });
const own = (index: number) => ({
	accessToken: `T${index}`,
	[TYPED_EXPRESSIONS]: `${index}:[["accessToken","={{ $json.token }}"]]`,
});

describe('Without an expression', () => {
	it('A credential without an expression is read for two items and serves all', async () => {
		const { read, reader } = readerOf(Array.from({ length: 50 }, (_, n) => same(n)));
		const shared = { credentials: same(0), isShared: true, secrets: ['T'] };
		expect(reader.shared).toBeUndefined();
		expect(await reader.ofItem(49)).toMatchObject(shared);
		expect(await reader.ofItem(0)).toMatchObject(shared);
		expect(read).toEqual([0, 1]);
		expect(reader.shared).toMatchObject(shared);
	});

	it('A credential is read once for one item', async () => {
		const { read, reader } = readerOf([same(0)]);
		expect(await reader.ofItem(0)).toMatchObject({ credentials: same(0), isShared: true });
		expect(read).toEqual([0]);
	});
});

describe('With an expression', () => {
	it('A credential with an expression is read once for each item', async () => {
		const { read, reader } = readerOf([own(0), own(1), own(2)]);
		for (const index of [0, 1, 2]) {
			expect(await reader.ofItem(index)).toMatchObject({
				credentials: own(index),
				isShared: false,
				secrets: [`T${index}`],
			});
		}
		expect(read).toEqual([0, 1, 2]);
		expect(reader.shared).toBeUndefined();
	});

	it('Each item has its own credential even if only the first of two says that it is the same for all', async () => {
		const { reader } = readerOf([same(0), own(1)]);
		expect(await reader.ofItem(0)).toMatchObject({ credentials: same(0), isShared: false });
	});

	it.each([
		['first', 0],
		['second', 1],
		['third', 2],
	])('An expression that fails for the %s item fails for that item alone', async (_, failing) => {
		const items: Item[] = [own(0), own(1), own(2)];
		items[failing] = new Error('nothing found');
		const { reader } = readerOf(items);
		for (const index of [0, 1, 2]) {
			expect(isObstacle(await reader.ofItem(index))).toBe(index === failing);
		}
		expect(await reader.ofItem(failing)).toMatchObject({
			category: 'authorization',
			problem: 'The credential could not be read: nothing found',
			whoActs: 'operator',
		});
	});

	it.each([
		['weChatAuthorizerTokenApi', 'WeChat Authorizer Token API'],
		['weChatOpenPlatformApi', 'WeChat Open Platform API'],
	] as const)('The hint for an unreadable %s names the credential', async (type, name) => {
		const { reader } = readerOf([new Error('gone')], type);
		expect(await reader.ofItem(0)).toMatchObject({
			hint: { en: expect.stringContaining(`choose the credential ${name} again`) },
		});
	});
});

describe('The language of hints', () => {
	it('Hints are in the language of the credential, or in English if it cannot be read', async () => {
		const languages = ['en', 'zh-CN', 'fr'].map((hintLanguage, n) => ({ ...own(n), hintLanguage }));
		const { reader } = readerOf([...languages, new Error('gone')]);
		const read = [0, 1, 2, 3].map(async (index) => hintLanguageOf(await reader.ofItem(index)));
		expect(await Promise.all(read)).toEqual(['en', 'zh-CN', 'en', 'en']);
	});
});
