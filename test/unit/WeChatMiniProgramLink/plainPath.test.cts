import type { IDataObject } from 'n8n-workflow';

import { readerOf } from '../../../nodes/WeChatMiniProgramLink/plainPath';

const read = (parameter: unknown, json: unknown) =>
	readerOf(parameter)?.({ json: json as IDataObject });

describe('A parameter that is a plain path', () => {
	it.each<[string, unknown, unknown]>([
		['={{ $json.a }}', { a: 'text' }, 'text'],
		['={{$json.a}}', { a: '' }, ''],
		['={{  $json.a\n}}', { a: false }, false],
		['={{ $json.a }}', { a: 7 }, 7],
		['={{ $json["a b"] }}', { 'a b': 'x' }, 'x'],
		["={{ $json['a b'].c }}", { 'a b': { c: 'x' } }, 'x'],
		['={{ $json["it\'s"] }}', { "it's": 'x' }, 'x'],
		['={{ $json.list[0].b }}', { list: [{ b: 'x' }] }, 'x'],
		['={{ $json.list[10] }}', { list: Array.from({ length: 11 }, (_, n) => n) }, 10],
		['={{ $json["0"] }}', ['x'], 'x'],
		['={{ $json.\u516c\u4f17\u53f7 }}', { '\u516c\u4f17\u53f7': 'x' }, 'x'],
		['={{ $json.$a_1 }}', { $a_1: 'x' }, 'x'],
		['={{ $json.a.b }}', { a: Object.assign(Object.create(null) as object, { b: 'x' }) }, 'x'],
	])('The parameter %s, read from the item %j, has the value %j', (parameter, json, value) => {
		expect(read(parameter, json)).toBe(value);
	});

	it.each<[string, unknown]>([
		['={{ $json.a }}', {}],
		['={{ $json.a }}', { a: null }],
		['={{ $json.a }}', { a: undefined }],
		['={{ $json.a }}', { a: NaN }],
		['={{ $json.a }}', { a: Infinity }],
		['={{ $json.a }}', { a: {} }],
		['={{ $json.a }}', { a: new Date() }],
		['={{ $json.a.b }}', { a: 'text' }],
		['={{ $json.a.length }}', { a: 'text' }],
		['={{ $json.a.b }}', { a: null }],
		['={{ $json.a.b }}', { a: Object.create({ b: 'inherited' }) }],
		['={{ $json.a.size }}', { a: new Map() }],
		['={{ $json.a.b }}', { a: Object.assign(new Map(), { b: 'x' }) }],
		[
			'={{ $json.a }}',
			{
				get a() {
					throw new Error('code of the item ran');
				},
			},
		],
	])('%s is left to n8n if the item has no plain value for it: %#', (parameter, json) => {
		expect(readerOf(parameter)).toBeDefined();
		expect(read(parameter, json)).toBeUndefined();
	});

	it('A plain path is left to n8n without an item', () => {
		expect(readerOf('={{ $json.a }}')?.(undefined)).toBeUndefined();
	});
});

describe('A parameter that is not a plain path', () => {
	it.each([
		7,
		undefined,
		'text',
		'{{ $json.a }}',
		'={{ $json }}',
		'={{ $json.a + 1 }}',
		'={{ $json.a }} and more',
		'=x {{ $json.a }}',
		'={{ $json.a() }}',
		'={{ $json?.a }}',
		'={{ $json[a] }}',
		'={{ $json["a\\u0062"] }}',
		'={{ $json["a{{"] }}',
		'={{ $json[01] }}',
		'={{ $json[-1] }}',
		'={{ $json[1234567890] }}',
		'={{ $json.1a }}',
		'={{ $item.a }}',
		'={{ $json.__proto__ }}',
		'={{ $json["__anything"] }}',
		'={{ $json.constructor }}',
		'={{ $json.myconstructor }}',
		'={{ $json.prototype }}',
		'={{ $json.getPrototypeOf }}',
		'={{ $json.setPrototypeOf }}',
		'={{ $json.getOwnPropertyNames }}',
		'={{ $json.defineProperties }}',
		'={{ $json.toString }}',
		'={{ $json.hasOwnProperty }}',
		'={{ $json.mainModule }}',
		'={{ $json.binding }}',
		'={{ $json._load }}',
		'={{ $json.arguments }}',
		'={{ $json.a.constructor }}',
		'={{ $json.toString.a }}',
	])('%j is left to n8n', (parameter) => expect(readerOf(parameter)).toBeUndefined());

	it.each(['protos', 'prototypes', 'bindings', 'a_load', 'call', 'getPrototype'])(
		'The name %s is read, although it resembles one that n8n refuses',
		(name) => expect(read(`={{ $json.${name} }}`, { [name]: 'x' })).toBe('x'),
	);
});
