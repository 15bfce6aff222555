import fc from 'fast-check';
import { DateTime } from 'luxon';

/** Names that a merchant's list may have, and names with a meaning in JavaScript or n8n. */
const NAMES = [
	'appId',
	'app id',
	'公众号',
	'_private',
	'$price',
	'class',
	'name',
	'length',
	'json',
	'0',
	'12',
	'',
	'a"b',
	"it's",
	'back\\slash',
	'x}}y',
	'{{x',
	'a.b',
	'a[0]',
	'isEmpty()',
	'first',
	'toString',
	'valueOf',
	'hasOwnProperty',
	'__proto__',
	'__defineGetter__',
	'constructor',
	'constructorName',
	'prototype',
	'arguments',
	'callee',
	'caller',
	'binding',
	'_load',
	'mainModule',
	'getPrototypeOf',
	'isProxy',
	'toJSON',
	'then',
	'keys',
	'map',
	'x.constructor',
];

class Merchant {
	appId = 'own';

	get name(): string {
		return 'inherited';
	}
}

const withGetter = () => Object.defineProperty({}, 'appId', { get: () => 'got', enumerable: true });
const withHidden = () => Object.defineProperty({}, 'appId', { value: 'hidden', enumerable: false });
const withoutPrototype = () => Object.assign(Object.create(null) as object, { appId: 'bare' });
const inheriting = () => Object.create({ appId: 'from the prototype' }) as object;

const text = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.constantFrom(
		'wx0123456789abcdef',
		'',
		' ',
		'null',
		'=x',
		'={{ $json.appId }}',
		'{{ 1 }}',
		'\ud800',
		'\u2028',
		'true',
		'__proto__',
	),
);

const number = fc.oneof(
	fc.integer(),
	fc.double(),
	fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e21),
);

/** Values that another node or code may put into an item. */
const odd = fc.constantFrom<() => unknown>(
	() => undefined,
	() => new Date(0),
	() => new Date(NaN),
	() => DateTime.fromMillis(0, { zone: 'utc' }),
	() => 12n,
	() => new Map([['appId', 'mapped']]),
	() => new Merchant(),
	() => new Error('broken'),
	() => /a/g,
	() => Object('boxed'),
	() => Object(1),
	() => new Uint8Array([1, 2]),
	() => [, 'sparse'],
	withGetter,
	withHidden,
	withoutPrototype,
	inheriting,
	() => () => 'called',
	() => Symbol.iterator,
);

const name = fc.constantFrom(...NAMES);

const { value } = fc.letrec<{ value: unknown; container: unknown }>((tie) => ({
	value: fc.oneof(
		{ weight: 4, arbitrary: text },
		{ weight: 2, arbitrary: number },
		{ weight: 1, arbitrary: fc.boolean() },
		{ weight: 1, arbitrary: fc.constant(null) },
		{ weight: 2, arbitrary: odd.map((make) => make()) },
		{ weight: 4, arbitrary: tie('container') },
	),
	container: fc.oneof(
		{ maxDepth: 3 },
		fc.array(fc.tuple(name, tie('value')), { maxLength: 8 }).map(toObject),
		fc.array(tie('value'), { maxLength: 3 }),
	),
}));

/** An object as JSON.parse makes it, in which `__proto__` is a name like any other. */
function toObject(entries: Array<[string, unknown]>): object {
	const object = {};
	for (const [key, entry] of entries) {
		Object.defineProperty(object, key, {
			value: entry,
			enumerable: true,
			configurable: true,
			writable: true,
		});
	}
	return object;
}

/** A path that follows the item as far as possible and then continues. */
const names = (json: object): fc.Arbitrary<string[]> =>
	fc.array(fc.tuple(fc.nat(), name, fc.nat(9)), { minLength: 1, maxLength: 3 }).map((choices) => {
		let at: unknown = json;
		const found: string[] = [];
		for (const [choice, anyName, isLost] of choices) {
			const own = typeof at === 'object' && at !== null ? Object.keys(at) : [];
			if (own.length === 0 && found.length > 0 && isLost > 0) break;
			const next = own.length === 0 || isLost === 0 ? anyName : own[choice % own.length];
			found.push(next);
			at = Object.getOwnPropertyDescriptor(Object(at), next)?.value;
		}
		return found;
	});

const notation = fc.constantFrom(
	(key: string) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`),
	(key: string) => `["${key}"]`,
	(key: string) => `['${key}']`,
);

const path = (json: object): fc.Arbitrary<string> =>
	fc
		.tuple(names(json), fc.array(notation, { minLength: 3, maxLength: 3 }))
		.map(([keys, write]) => `$json${keys.map((key, n) => write[n](key)).join('')}`);

const plain = (json: object): fc.Arbitrary<string> =>
	fc
		.tuple(path(json), fc.constantFrom('', ' ', '\n\t'), fc.constantFrom('', ' '))
		.map(([code, before, after]) => `={{${before}${code}${after}}}`);

/** An expression that is nearly a plain path. */
const other = (json: object): fc.Arbitrary<string> =>
	fc
		.tuple(
			path(json),
			fc.constantFrom(
				(code: string) => `={{ ${code} }} `,
				(code: string) => `= {{ ${code} }}`,
				(code: string) => `=={{ ${code} }}`,
				(code: string) => `={{ ${code} }}{{ ${code} }}`,
				(code: string) => `={{ (${code}) }}`,
				(code: string) => `={{ ${code}; }}`,
				(code: string) => `={{ ${code}.length }}`,
				(code: string) => `={{ ${code}.trim() }}`,
				(code: string) => `={{ ${code.replace('$json', '$json?')} }}`,
				(code: string) => `={{ ${code.replace('$json', '$input.item.json')} }}`,
				(code: string) => `{{ ${code} }}`,
				(code: string) => code,
			),
		)
		.map(([code, write]) => write(code));

/** An item's fields, and parameters that read from it. */
export interface ReadingCase {
	json: object;
	parameters: string[];
}

export const readingCase: fc.Arbitrary<ReadingCase> = fc
	.array(fc.tuple(name, value), { minLength: 1, maxLength: 12 })
	.map(toObject)
	.chain((json) => {
		const parameter = fc.oneof(
			{ weight: 6, arbitrary: plain(json) },
			{ weight: 1, arbitrary: other(json) },
		);
		return fc
			.array(parameter, { minLength: 8, maxLength: 8 })
			.map((parameters) => ({ json, parameters }));
	});
