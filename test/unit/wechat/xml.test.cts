import { parseXml } from '../../../nodes/wechat/xml';

describe('XML', () => {
	it.each([
		['<xml><A>1</A><B><![CDATA[<x>&]]></B></xml>', { A: '1', B: '<x>&' }],
		['<?xml version="1.0" encoding="utf-8"?><xml><A>1</A></xml>', { A: '1' }],
		['\n<xml>\n <A> 1 </A>\n</xml>\n', { A: '1' }],
		['<xml><A>&lt;&amp;&gt;&quot;&apos;&#20013;</A></xml>', { A: '<&>"\'中' }],
		['<xml><A>&#128512;&#x1F600;&#X1f600;&#x10FFFF;</A></xml>', { A: '😀😀😀\u{10FFFF}' }],
		['<xml><A>&#9;1&#10;2\t&#127;</A></xml>', { A: '1\n2\t\x7f' }],
		['<xml><A><![CDATA[&amp;&unknown;&]]></A></xml>', { A: '&amp;&unknown;&' }],
		['<xml><A>1<B/>2</A></xml>', { A: { B: '' } }],
		['<xml><A/><B></B></xml>', { A: '', B: '' }],
		['<xml><A><B>1</B><C>2</C></A></xml>', { A: { B: '1', C: '2' } }],
		['<xml><A>1</A><A>2</A></xml>', { A: ['1', '2'] }],
		['<xml><A/><B>1</B><A></A><A>2</A></xml>', { A: ['', '', '2'], B: '1' }],
		['<xml><A><B>1</B></A><A>2</A></xml>', { A: [{ B: '1' }, '2'] }],
		['<xml><L><A>1</A><A>2</A></L><L><A>3</A></L></xml>', { L: [{ A: ['1', '2'] }, { A: '3' }] }],
		['\u{FEFF}<xml><A>1</A></xml>', { A: '1' }],
		['<xml><A>1\u0001</A>\u0008<B><![CDATA[\u000b2\u0000]]></B></xml>', { A: '1', B: '2' }],
		['<xml><A>&#0;1&#x1f;2&#31;</A></xml>', { A: '12' }],
		['<xml><A>&#xD83D;1&#xdfff;2</A></xml>', { A: '12' }],
		['\u0000<xml>\u0001<A>1</A></xml>\u0002', { A: '1' }],
		['<xml><![CDATA[\u0001]]><A>1</A></xml>', { A: '1' }],
		['<xml><A b="c">1</A></xml>', { A: '1' }],
		['<xml><!-- note --><A>1<!-- note -->2</A></xml>', { A: '12' }],
		['<xml><A>1</A><xml>', { A: '1' }],
		['<xml><A>1</A>', { A: '1' }],
	])('%j is parsed', (text, fields) => {
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
		'<xml><A>1&2</A></xml>',
		'<xml><A>1 & 2;</A></xml>',
		'<xml><A>&amp</A></xml>',
		'<xml><A>&AMP;</A></xml>',
		'<xml><A>&#x110000;</A></xml>',
		'<xml><A>&#1114112;</A></xml>',
		'<xml><A>&#;</A></xml>',
		'<xml><A>&#x;</A></xml>',
		'<xml><A>&#65f;</A></xml>',
		'<xml><A>&f#65;</A></xml>',
		'<![CDATA[1]]><xml><A>1</A></xml>',
		'<xml><A>1</A></xml><![CDATA[1]]>',
		'<xml><A>&constructor;</A></xml>',
		'<xml><A>1</B></xml>',
		'<xml><A>1</A></xml>text',
		'text<xml><A>1</A></xml>',
		'<xml><A>1</A></xml><xml/>',
		'<xml/><xml><A>1</A></xml>',
		'<xml><A>1</A><B',
		'<xml><A>1</A><![CDATA[2',
		'<xml><A>1</A><!-- note',
		'<xml><!ENTITY a "b"><A>1</A></xml>',
		'<xml><A b>1</A></xml>',
		'<xml><A b="1" b="2">1</A></xml>',
		'<xml><1>1</1></xml>',
		'<xml><A>1</A></xml><xml><A>2</A></xml>',
		'<xml><A b=c>1</A></xml>',
		'<xml',
	])('%j is rejected', (text) => expect(parseXml(text)).toBeUndefined());

	it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
		'An element named %s means nothing but itself',
		(name) => {
			const fields = parseXml(`<xml><${name}><polluted>1</polluted></${name}><A>1</A></xml>`);
			expect(Object.keys(fields ?? {}).sort()).toEqual([name, 'A'].sort());
			expect(({} as { polluted?: string }).polluted).toBeUndefined();
			expect(Object.getPrototypeOf(fields)).toBeNull();
		},
	);

	const nested = (depth: number) => `${'<A>'.repeat(depth)}1${'</A>'.repeat(depth)}`;

	it('Elements may be nested up to a hundred levels', () => {
		expect(parseXml(nested(100))).toBeDefined();
		expect(parseXml(nested(101))).toBeUndefined();
		expect(parseXml(nested(150_000))).toBeUndefined();
	});

	it('Very many elements are parsed at once', () => {
		const fields = parseXml(`<xml>${'<A>1</A>'.repeat(20_000)}</xml>`);
		expect(fields).toEqual({ A: Array.from({ length: 20_000 }, () => '1') });
	});
});
