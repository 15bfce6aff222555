import type { IDataObject, IExecuteFunctions, INodeParameters } from 'n8n-workflow';

import {
	parameterReader,
	readId,
	readOptions,
	unreadable,
} from '../../../nodes/WeChatMiniProgramLink/parameters';
import type { Subject } from '../../../nodes/WeChatMiniProgramLink/results';
import { contextWith } from './context.cts';

const APP_ID = 'wx00000000000000a1';
const ORIGINAL_ID = 'gh_00000000000a';

describe('Options', () => {
	const optionsWith = (options: IDataObject) =>
		readOptions(contextWith({ options: options as INodeParameters }).context);

	const DEFAULTS = {
		checkBeforeLinking: false,
		includeDetails: false,
		includeEmail: false,
		includeInputFields: true,
		hintLanguage: undefined,
		simplify: true,
		maxConcurrency: 10,
		maxTries: 3,
		timeout: 10_000,
	};

	it('Options that nobody added have their defaults', () => {
		expect(optionsWith({})).toEqual(DEFAULTS);
		expect(readOptions(contextWith({}).context)).toEqual(DEFAULTS);
	});

	it('Options are read as they are set', () => {
		const given = {
			checkBeforeLinking: true,
			includeDetails: true,
			includeEmail: true,
			includeInputFields: false,
			hintLanguage: 'zh-CN',
			simplify: false,
			maxConcurrency: 1,
			maxTries: 7,
			timeout: 50,
		};
		expect(optionsWith(given)).toEqual(given);
	});

	it.each([0, -3, 0.5, 'many', null, undefined, {}, NaN])(
		'An option that needs a number and gets %j has its default',
		(value) => {
			const given = { maxConcurrency: value, maxTries: value, timeout: value } as IDataObject;
			expect(optionsWith(given)).toEqual(DEFAULTS);
		},
	);

	it('An option accepts a number as text, and drops its fraction', () => {
		expect(optionsWith({ maxConcurrency: '25', maxTries: 2.9 })).toMatchObject({
			maxConcurrency: 25,
			maxTries: 2,
		});
	});

	it('A switch accepts yes and no as words, and has its default for anything else', () => {
		expect(optionsWith({ includeInputFields: 'no', checkBeforeLinking: '是' })).toMatchObject({
			includeInputFields: false,
			checkBeforeLinking: true,
		});
		expect(optionsWith({ includeInputFields: 'x', simplify: '', includeDetails: {} })).toEqual(
			DEFAULTS,
		);
	});

	it('Only the value true reveals personal data, not a word for it', () => {
		expect(optionsWith({ includeEmail: 'true' }).includeEmail).toBe(false);
	});
});

describe('Parameters by item', () => {
	it('A parameter without an expression is read once for all items', () => {
		const { context, reads } = contextWith({ notifyUsers: true, showProfile: false });
		const read = parameterReader(context);
		for (let item = 0; item < 100; item++) expect(read('notifyUsers', item)).toBe(true);
		expect(read('showProfile', 0)).toBe(false);
		expect(reads).toEqual(['notifyUsers', 'showProfile']);
	});

	it('A parameter with an expression is read for each item', () => {
		const { context } = contextWith({ notifyUsers: '={{ x }}' });
		const read = parameterReader(context);
		expect([0, 1, 0].map((item) => read('notifyUsers', item))).toEqual([
			'={{ x }} 0',
			'={{ x }} 1',
			'={{ x }} 0',
		]);
	});

	it('A missing parameter is an empty text, and null stays null', () => {
		const { context } = contextWith({ notifyUsers: null as never });
		const read = parameterReader({
			...context,
			getNodeParameter: (name: string, _: number, otherwise: unknown) =>
				name === 'notifyUsers' ? null : otherwise,
		} as unknown as IExecuteFunctions);
		expect(read('notifyUsers', 0)).toBeNull();
		expect(read('showProfile', 0)).toBe('');
	});

	it.each(['id', 'list'])('A resource locator in the mode %s returns its value', (mode) => {
		const { context } = contextWith({ miniProgramAppId: { __rl: true, mode, value: 'wx1' } });
		expect(parameterReader(context)('miniProgramAppId', 0)).toBe('wx1');
	});

	it('A resource locator with an expression is read for each item', () => {
		const { context, reads } = contextWith({
			miniProgramAppId: { __rl: true, mode: 'id', value: '={{ $json.appId.trim() }}' },
		});
		const read = parameterReader(context);
		read('miniProgramAppId', 0);
		read('miniProgramAppId', 1);
		expect(reads).toHaveLength(2);
	});

	it('A plain path is read from the item, and n8n reads it only if the item has no such text', () => {
		const value = '={{ $json.merchant["app id"] }}';
		const { context, reads } = contextWith(
			{ miniProgramAppId: { __rl: true, mode: 'id', value } },
			[{ merchant: { 'app id': 'wx1' } }, { merchant: {} }, { merchant: { 'app id': 'wx3' } }],
		);
		const read = parameterReader(context);
		expect(read('miniProgramAppId', 0)).toBe('wx1');
		expect(read('miniProgramAppId', 2)).toBe('wx3');
		expect(reads).toStrictEqual([]);
		read('miniProgramAppId', 1);
		expect(reads).toEqual(['miniProgramAppId']);
	});
});

describe('The ID that an item names', () => {
	function readGiven(parameter: () => unknown, acceptsOriginalId?: boolean) {
		const subject = { miniProgramAppId: null } as Subject;
		const id = readId({ subject, parameter }, 'miniProgramAppId', acceptsOriginalId);
		return { id, shown: subject.miniProgramAppId };
	}

	it('A result shows an ID as it is sent', () => {
		const given = ` ${APP_ID.toUpperCase()} `;
		expect(readGiven(() => given)).toEqual({ id: APP_ID, shown: APP_ID });
	});

	it('An original ID is accepted only by an operation that can use one', () => {
		const given = () => ORIGINAL_ID;
		expect(readGiven(given, true)).toEqual({ id: ORIGINAL_ID, shown: ORIGINAL_ID });
		expect(readGiven(given)).toMatchObject({ id: { category: 'other' }, shown: ORIGINAL_ID });
	});

	it.each([
		[' tea ', ' tea '],
		[7, '7'],
		[{ toString: 1 }, '{"toString":1}'],
		['', null],
		[undefined, null],
		[null, null],
	])('A result shows the unusable ID %j as it was given', (given, shown) => {
		const id = expect.objectContaining({ category: 'other' }) as unknown;
		expect(readGiven(() => given)).toEqual({ id, shown });
	});

	it('A failing expression stops only its item, which says why', () => {
		const { context } = contextWith({ miniProgramAppId: '={{ $json.appid.x }}' });
		const read = parameterReader({
			...context,
			getNodeParameter: () => {
				throw new Error('there is no field appid');
			},
		} as unknown as IExecuteFunctions);
		expect(readGiven(() => read('miniProgramAppId', 0))).toEqual({
			shown: null,
			id: {
				category: 'other',
				problem: 'A parameter could not be read: there is no field appid',
				hint: {
					en: expect.stringContaining('Check the expressions') as unknown,
					'zh-CN': expect.stringContaining('表达式') as unknown,
				},
				whoActs: 'operator',
			},
		});
	});

	it('An exception that does not come from a failing expression is thrown again', () => {
		const thrown = new TypeError('x is not a function');
		const failing = () => {
			throw thrown;
		};
		expect(() => readGiven(failing)).toThrow(thrown);
		expect(() => unreadable('text')).toThrow('text');
	});
});
