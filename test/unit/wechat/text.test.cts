import { isObstacle } from '../../../nodes/wechat/obstacle';
import { join, NO_TEXT, languageOf, readLanguage } from '../../../nodes/wechat/text';

it('Texts that follow each other have a space between them in English and none in Chinese', () => {
	const one = { en: 'One.', 'zh-CN': '一。' };
	const two = { en: 'Two.', 'zh-CN': '二。' };
	expect(join(one, NO_TEXT, two)).toEqual({ en: 'One. Two.', 'zh-CN': '一。二。' });
	expect(join(NO_TEXT)).toEqual({ en: '', 'zh-CN': '' });
});

it.each([
	['zh-CN', 'zh-CN'],
	['en', 'en'],
	['fr', 'en'],
	[undefined, 'en'],
	[7, 'en'],
])('The language %j is read as %s', (given, language) => {
	expect(readLanguage(given)).toBe(language);
});

it('The first known language among several values is used', () => {
	expect(readLanguage('', 'zh-CN', 'en')).toBe('zh-CN');
	expect(readLanguage('en', 'zh-CN')).toBe('en');
	expect(readLanguage(undefined, null, 'fr')).toBe('en');
	expect(languageOf('fr')).toBeUndefined();
});

it('An obstacle is known by its problem and its hint', () => {
	expect(isObstacle({ problem: '', hint: NO_TEXT })).toBe(true);
	for (const other of [null, undefined, '', 'problem', 5, {}, { problem: '' }, { hint: NO_TEXT }]) {
		expect(isObstacle(other)).toBe(false);
	}
});
