import { cut, displayWidth, formatLines } from '../n8n/table.cts';

describe('lines of a terminal', () => {
	test('a Chinese character takes two columns, also a rare one', () => {
		expect(displayWidth('Ada 茶馆')).toBe(8);
		expect(displayWidth('𠮷（）')).toBe(6);
	});

	test('a text that fits stays whole, a longer one ends in …', () => {
		expect(cut('linked', 6)).toBe('linked');
		expect(cut('linked', 5)).toBe('link…');
		expect(cut('小程序', 6)).toBe('小程序');
		expect(cut('小程序', 5)).toBe('小程…');
		expect(cut('小程序', 4)).toBe('小…');
		expect(cut('a b', 2)).toBe('a…');
	});

	test('columns stand under each other, and no line is wider than the terminal', () => {
		const rows = [
			['茶馆', 'linked', 'nothing to do'],
			['Harbour', 'pending', '等待公众号管理员确认'],
		];
		expect(formatLines(rows, 60).split('\n')).toEqual([
			'茶馆     linked   nothing to do',
			'Harbour  pending  等待公众号管理员确认',
		]);
		const lines = formatLines(rows, 25).split('\n');
		expect(lines).toEqual(['茶馆     linked   nothin…', 'Harbour  pending  等待公…']);
		expect(lines.map(displayWidth)).toEqual([25, 25]);
	});

	test('nothing is nothing', () => expect(formatLines([], 80)).toBe(''));
});
