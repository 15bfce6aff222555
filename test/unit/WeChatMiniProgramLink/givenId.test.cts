import { emitRead, emitResult } from '../../../nodes/WeChatMiniProgramLink/emit';
import { readGivenId, unreadable } from '../../../nodes/WeChatMiniProgramLink/givenId';
import { UnreadableParameter } from '../../../nodes/WeChatMiniProgramLink/parameters';
import type { Result } from '../../../nodes/WeChatMiniProgramLink/results';

const APP_ID = 'wx00000000000000a1';
const ORIGINAL_ID = 'gh_00000000000a';

describe('the id that an item gives', () => {
	const read = (given: unknown, acceptsOriginalId?: boolean) =>
		readGivenId(() => given, 'Mini Program', acceptsOriginalId);

	it('is shown as it is sent', () => {
		const given = ` ${APP_ID.toUpperCase()} `;
		expect(read(given)).toEqual({ id: APP_ID, shown: APP_ID });
	});

	it('may be an original one where that will do, and only there', () => {
		expect(read(ORIGINAL_ID, true)).toEqual({ id: ORIGINAL_ID, shown: ORIGINAL_ID });
		expect(read(ORIGINAL_ID)).toMatchObject({
			shown: ORIGINAL_ID,
			id: { category: 'other' },
		});
	});

	it.each([
		[' tea ', ' tea '],
		[7, '7'],
		[{ toString: 1 }, '{"toString":1}'],
		['', null],
		[undefined, null],
		[null, null],
	])('is shown as it was given where it cannot be sent: %j', (given, shown) => {
		expect(read(given)).toEqual({
			shown,
			id: expect.objectContaining({ category: 'other' }),
		});
	});

	it('stands in the way of its item alone where its expression fails', () => {
		const failing = () => {
			throw new UnreadableParameter('there is no field appid');
		};
		expect(readGivenId(failing, 'Mini Program')).toEqual({
			shown: null,
			id: {
				category: 'other',
				problem: 'A parameter could not be read: there is no field appid',
				hint: {
					en: expect.stringContaining('Check the expressions'),
					'zh-CN': expect.stringContaining('表达式'),
				},
				whoActs: 'operator',
			},
		});
	});
});

describe('what is thrown while an id is read', () => {
	it('is not taken for a parameter that cannot be read where it is anything else', () => {
		const thrown = new TypeError('x is not a function');
		const failing = () => {
			throw thrown;
		};
		expect(() => readGivenId(failing, 'Mini Program')).toThrow(thrown);
		expect(() => unreadable('text')).toThrow('text');
	});
});

describe('what leaves the node', () => {
	it('is a result with its category and outcome, and what else an operation tells', () => {
		const result = { category: 'quotaReached', outcome: 'failed', errcode: 45009 } as Result;
		expect(emitResult(result)).toEqual([
			{ json: result, category: 'quotaReached', outcome: 'failed' },
		]);
		expect(emitResult(result, { linkStatus: null })[0].json).toEqual({
			...result,
			linkStatus: null,
		});
	});

	it('is what was read', () => {
		expect(emitRead({ a: 1 })).toEqual({ json: { a: 1 }, category: 'success', outcome: 'read' });
	});
});
