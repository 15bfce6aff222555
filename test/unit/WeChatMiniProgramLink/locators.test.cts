import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { searchMiniProgramLinks } from '../../../nodes/WeChatMiniProgramLink/locators';

const MP = 'wx00000000000000b1';

/** What the editor lists for this answer of WeChat, or why it cannot. */
async function search(answer: object, filter?: string, hintLanguage?: string) {
	const context = {
		getNode: () => ({ name: 'Node' }),
		getCurrentNodeParameter: () => 'authorizerToken',
		getCredentials: async () =>
			await Promise.resolve({
				accessToken: 'T',
				apiBaseUrl: 'https://api.weixin.qq.com',
				...(hintLanguage && { hintLanguage }),
			}),
		helpers: {
			httpRequest: async () =>
				await Promise.resolve({ statusCode: 200, body: JSON.stringify(answer) }),
		},
	} as unknown as ILoadOptionsFunctions;
	return (await searchMiniProgramLinks.call(context, filter)).results;
}

describe('The list of Mini Programs in the editor', () => {
	const LIST = {
		errcode: 0,
		wxopens: {
			items: [
				{ status: 1, username: 'gh_a', appid: MP, nickname: 'Tea' },
				{ status: 3, username: 'gh_b' },
				{ status: 1, nickname: 'nameless' },
			],
		},
	};

	it('The list in the editor has each Mini Program by its appid or original ID, and none that has neither', async () => {
		expect(await search(LIST)).toEqual([
			{ name: expect.stringMatching(/^Tea \(.+\)$/), value: MP },
			{ name: expect.stringMatching(/^gh_b \(.+\)$/), value: 'gh_b' },
		]);
	});

	it.each([
		['tea', [MP]],
		['GH_B', ['gh_b']],
		['b', [MP, 'gh_b']],
		['coffee', []],
	])('A search of the list for "%s" looks at names and IDs', async (filter, values) => {
		expect((await search(LIST, filter)).map(({ value }) => value)).toStrictEqual(values);
	});

	it('If WeChat refuses the list, the editor says what to do in the language of the credential', async () => {
		const refused = { errcode: 48001, errmsg: 'api unauthorized' };
		await expect(search(refused)).rejects.toThrow(/^api unauthorized\. [A-Z]/);
		await expect(search(refused, '', 'zh-CN')).rejects.toThrow(
			/^api unauthorized\. \p{Script=Han}/u,
		);
	});

	it('If WeChat refuses the list, the editor shows the errmsg, or the errcode if the errmsg is empty', async () => {
		await expect(search({ errcode: 777001, errmsg: 'not now' })).rejects.toThrow(/^not now\. .+/);
		await expect(search({ errcode: 777001, errmsg: '' })).rejects.toThrow(
			/^WeChat answered 777001\. .+/,
		);
	});
});
