import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { CredentialReader } from '../../../nodes/accounts/credentialReader';
import { TYPED_EXPRESSIONS } from '../../../nodes/tokens/credentialStore';
import { isObstacle } from '../../../nodes/wechat/obstacle';

type Item = ICredentialDataDecryptedObject | Error;

/** A reader of a credential that is this for each item, and for which items it was read. */
function readerOf(items: Item[]) {
	const read: number[] = [];
	const getCredentials = async (_: string, index: number) => {
		read.push(index);
		const item = items[index];
		if (item instanceof Error) throw item;
		return await Promise.resolve(item);
	};
	return { read, reader: new CredentialReader(getCredentials, 'type', 'My Type', items.length) };
}

/** What n8n gives for an item of a credential without an expression. */
const same = (index: number) => ({ accessToken: 'T', [TYPED_EXPRESSIONS]: `${index}:[]` });
const own = (index: number) => ({
	accessToken: `T${index}`,
	[TYPED_EXPRESSIONS]: `${index}:[["accessToken","={{ $json.token }}"]]`,
});

describe('a credential without an expression', () => {
	it('is read for two items, and serves all', async () => {
		const { read, reader } = readerOf(Array.from({ length: 50 }, (_, n) => same(n)));
		expect(await reader.ofItem(49)).toMatchObject({ credentials: same(0), isShared: true });
		expect(await reader.ofItem(0)).toMatchObject({ credentials: same(0), isShared: true });
		expect(read).toEqual([0, 1]);
		expect(reader.secretsOf(7)).toEqual(['T']);
	});

	it('is read once for one item', async () => {
		const { read, reader } = readerOf([same(0)]);
		expect(await reader.ofItem(0)).toMatchObject({ credentials: same(0), isShared: true });
		expect(read).toEqual([0]);
	});
});

describe('the language of hints', () => {
	const fieldsOf = (index: number, hintLanguage: string) => ({ ...own(index), hintLanguage });

	it('is that of the credential, which is read for it once', async () => {
		const { read, reader } = readerOf([{ ...same(0), hintLanguage: 'zh-CN' }]);
		expect(await reader.languageOf(0)).toBe('zh-CN');
		await reader.ofItem(0);
		expect(read).toEqual([0]);
	});

	it('is each item\u2019s own where its credential is, and is read together with it', async () => {
		const items = ['en', 'zh-CN', 'zh-CN', 'fr'].map((language, n) => fieldsOf(n, language));
		const { read, reader } = readerOf(items);
		await reader.ofItem(2);
		const languages = [0, 1, 2, 3].map(async (index) => await reader.languageOf(index));
		expect(await Promise.all(languages)).toEqual(['en', 'zh-CN', 'zh-CN', 'en']);
		expect([...read].sort()).toEqual([0, 1, 2, 3]);
	});

	it('is English where the credential cannot be read, and nothing is known of its secrets', async () => {
		const { reader } = readerOf([new Error('gone')]);
		expect(await reader.languageOf(0)).toBe('en');
		expect(reader.secretsOf(0)).toBeUndefined();
	});
});

describe('a credential with an expression', () => {
	it('is read for each item, for the first two once', async () => {
		const { read, reader } = readerOf([own(0), own(1), own(2)]);
		expect(reader.secretsOf(0)).toBeUndefined();
		for (const index of [0, 1, 2]) {
			expect(await reader.ofItem(index)).toMatchObject({
				credentials: own(index),
				isShared: false,
			});
			expect(reader.secretsOf(index)).toEqual([`T${index}`]);
		}
		expect(read).toEqual([0, 1, 2]);
	});

	it('is each item\u2019s own also where it says the same for one of two only', async () => {
		const { reader } = readerOf([same(0), own(1)]);
		expect(await reader.ofItem(0)).toMatchObject({ credentials: same(0), isShared: false });
	});

	it.each([
		['first', 0],
		['second', 1],
		['third', 2],
	])('that fails for the %s item fails for that one alone', async (_, failing) => {
		const items: Item[] = [own(0), own(1), own(2)];
		items[failing] = new Error('nothing found');
		const { reader } = readerOf(items);
		for (const index of [0, 1, 2]) {
			const got = await reader.ofItem(index);
			expect(isObstacle(got)).toBe(index === failing);
		}
		expect(await reader.ofItem(failing)).toMatchObject({
			category: 'authorization',
			problem: 'The credential could not be read: nothing found',
			hint: { en: expect.stringContaining('choose the credential My Type again') },
			whoActs: 'operator',
		});
		expect(reader.secretsOf(failing)).toBeUndefined();
	});
});
