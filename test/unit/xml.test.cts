import { parseXml } from '../../nodes/wechat/xml';

describe('XML', () => {
	it.each([
		['<xml><A>1</A><B><![CDATA[<x>&]]></B></xml>', { A: '1', B: '<x>&' }],
		['<?xml version="1.0" encoding="utf-8"?><xml><A>1</A></xml>', { A: '1' }],
		['\n<xml>\n <A> 1 </A>\n</xml>\n', { A: '1' }],
		['<xml><A>&lt;&amp;&gt;&quot;&apos;&#20013;</A></xml>', { A: '<&>"\'中' }],
		['<xml><A/><B></B></xml>', { A: '', B: '' }],
		['<xml><A><B>1</B><C>2</C></A></xml>', { A: { B: '1', C: '2' } }],
		['<xml><A>1</A><A>2</A></xml>', { A: '2' }],
		['<xml><A b="c">1</A></xml>', { A: '1' }],
		['<xml><!-- note --><A>1<!-- note -->2</A></xml>', { A: '12' }],
		['<xml><A>1</A><xml>', { A: '1' }],
		['<xml><A>1</A>', { A: '1' }],
	])('%j is read', (text, fields) => {
		expect(JSON.parse(JSON.stringify(parseXml(text)))).toEqual(fields);
	});

	it.each([
		'',
		'   ',
		'text',
		'{"a":1}',
		'<xml></xml>',
		'<xml/>',
		'<!DOCTYPE xml><xml><A>1</A></xml>',
		'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><A>1</A></xml>',
		'<xml><A>&unknown;</A></xml>',
		'<xml><A>1</B></xml>',
		'<xml><A>1</A></xml><xml><A>2</A></xml>',
		'<xml><A>&#0;</A></xml>',
		'<xml><A b=c>1</A></xml>',
		'<xml><A>\u0001</A></xml>',
		'<xml',
	])('%j is refused', (text) => expect(parseXml(text)).toBeUndefined());

	it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
		'an element named %s means nothing but itself',
		(name) => {
			const fields = parseXml(`<xml><${name}><polluted>1</polluted></${name}><A>1</A></xml>`);
			expect(Object.keys(fields ?? {}).sort()).toEqual([name, 'A'].sort());
			expect(({} as { polluted?: string }).polluted).toBeUndefined();
			expect(Object.getPrototypeOf(fields)).toBeNull();
		},
	);

	it('of great depth does not throw', () => {
		const depth = 50_000;
		const text = `<xml>${'<A>'.repeat(depth)}1${'</A>'.repeat(depth)}</xml>`;
		expect(() => parseXml(text)).not.toThrow();
	});

	it('with very many elements is read in one go', () => {
		const fields = parseXml(`<xml>${'<A>1</A>'.repeat(20_000)}</xml>`);
		expect(fields).toEqual({ A: '1' });
	});
});
