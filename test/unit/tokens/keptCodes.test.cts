import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import {
	isCodeKept,
	lostCode,
	missingCode,
	readCodes,
	toKeptCode,
	withoutCode,
	type KeptCode,
} from '../../../nodes/tokens/keptCodes';
import { PlatformField } from '../../../nodes/tokens/platformFields';
import { CREDENTIALS, keeping, newCode } from './codes.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * 3600;
const CODES = new PlatformField<object[]>('authorizationCodes');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** A credential that keeps these codes. */
const recordWith = (...kept: KeptCode[]) => keeping(CREDENTIALS, ...kept);

describe('Kept codes', () => {
	it('A code is kept once, together with the others', () => {
		const [one, two] = [newCode(), newCode('wx2')];
		const record = recordWith(one, two, one);
		expect(
			readCodes(record)
				.map(({ id }) => id)
				.sort(),
		).toEqual([one.id, two.id].sort());
	});

	it('A code has a hash as its id, the same for each repeat of the push', () => {
		const [code, again] = [toKeptCode('wx1', 'code', 0), toKeptCode('wx1', 'code', 0)];
		expect(again.id).toBe(code.id);
		expect(code.id).toMatch(/^[0-9a-f]{16}$/);
		expect(toKeptCode('wx1', 'another', 0).id).not.toBe(code.id);
	});

	it.each([
		[NOW / SECOND + 600, 10 * MINUTE],
		[String(NOW / SECOND + 600), 10 * MINUTE],
		[600, 10 * MINUTE],
		['3600', HOUR],
		[YEAR - 1, (YEAR - 1) * SECOND],
		['', HOUR],
		[undefined, HOUR],
		['soon', HOUR],
		[-1, HOUR],
	])('A code with the end %j is kept for %i ms', (endsAt, life) => {
		const record = recordWith(newCode('wx1', endsAt));
		jest.setSystemTime(NOW + life - 1);
		expect(readCodes(record)).toHaveLength(1);
		jest.setSystemTime(NOW + life);
		expect(readCodes(record)).toHaveLength(0);
	});

	it('A code that ended long ago according to its push is not kept', () => {
		expect(readCodes(recordWith(newCode('wx1', YEAR)))).toStrictEqual([]);
	});

	it('A new code replaces codes that have ended', () => {
		const record = recordWith(newCode(), newCode());
		jest.setSystemTime(NOW + 2 * HOUR);
		const late = newCode();
		const written = missingCode(record, late) ?? {};
		expect(CODES.read(written, CREDENTIALS.componentAppId as string)).toEqual([late]);
	});

	it('At most 500 codes are kept, those that end last', () => {
		let record: ICredentialDataDecryptedObject = CREDENTIALS;
		for (let n = 0; n < 510; n++) {
			record = {
				...record,
				...missingCode(record, newCode(`wx${n}`, NOW / SECOND + 600 + (n % 2 ? n : -n / 10))),
			};
		}
		const kept = readCodes(record).map(({ appId }) => appId);
		expect(kept).toHaveLength(500);
		expect(kept).toContain('wx509');
		expect(kept).toContain('wx0');
		expect(kept).not.toContain('wx508');
	});

	it('A code is not visible to another platform', () => {
		const record = recordWith(newCode());
		expect(readCodes({ ...record, componentAppId: 'other' })).toStrictEqual([]);
	});

	it.each(['apiBaseUrl', 'componentAppSecret', 'tokenSource', 'tokenServiceUrl'])(
		'A code is kept when %s is edited, since the system that then makes the tokens has to exchange it',
		(field) => {
			const record = recordWith(newCode());
			expect(readCodes({ ...record, [field]: 'tokenService' })).toHaveLength(1);
		},
	);

	it.each<[string, object]>([
		['hash', { id: undefined }],
		['appid', { appId: 7 }],
		['code', { code: null }],
		['end', { endsAt: undefined }],
	])('A code without its %s is ignored, and the others stay', (_, spoilt) => {
		const [code, other] = [newCode(), newCode()];
		const record = recordWith(code, other);
		const changed = [null, { ...code, ...spoilt }, other];
		const authorizationCodes = JSON.stringify([[CREDENTIALS.componentAppId, changed]]);
		expect(readCodes({ ...record, authorizationCodes })).toEqual([other]);
	});

	it.each([
		'',
		'no JSON',
		'[]',
		'null',
		'7',
		'{}',
		'[["wx0123456789abcdef",7]]',
		'[["wx0123456789abcdef",null]]',
	])('The text %j contains no codes', (authorizationCodes) => {
		expect(readCodes({ ...CREDENTIALS, authorizationCodes })).toStrictEqual([]);
	});
});

describe('What a credential learns about a code', () => {
	const code = { ...toKeptCode('wx1', 'code', undefined), keptAt: NOW, endsAt: NOW + HOUR };
	const unnamed = { ...code, appId: '' };
	const others = { ...code, by: 'another process' };
	const exchanged = withoutCode(code, { permissionSets: [33] });
	const lost = withoutCode(code, { errcode: 61010 });

	it.each<[string, KeptCode, KeptCode]>([
		['the same code again', code, code],
		['the same code from a browser, which names no account', code, unnamed],
		['a code that another process keeps', others, code],
		['a code that was exchanged', exchanged, code],
		['a code that was lost', lost, unnamed],
		['that an exchanged code is lost', exchanged, lost],
		['the same outcome again', exchanged, exchanged],
		['the same loss again', lost, lost],
	])('A credential learns nothing new from %s', (_, known, given) => {
		expect(missingCode(recordWith(known), given)).toBeUndefined();
	});

	it.each<[string, KeptCode, KeptCode, Partial<KeptCode>]>([
		['the account of a code', unnamed, code, { appId: 'wx1', code: 'code' }],
		['the outcome of a code', code, exchanged, { code: '', permissionSets: [33] }],
		['that a code is lost', code, lost, { code: '', errcode: 61010 }],
		['what a lost code had granted', lost, exchanged, { code: '', permissionSets: [33] }],
	])('A credential learns %s', (_, known, given, kept) => {
		expect(readCodes(recordWith(known, given))).toEqual([expect.objectContaining(kept)]);
	});

	it('A credential keeps the account and the process of a code that it already knew', () => {
		const [kept] = readCodes(recordWith(others, withoutCode(unnamed, { permissionSets: [33] })));
		expect(kept).toMatchObject({ appId: 'wx1', by: 'another process', permissionSets: [33] });
	});

	it('A code that has ended is not kept', () => {
		jest.setSystemTime(NOW + HOUR);
		expect(missingCode(CREDENTIALS, code)).toBeUndefined();
	});

	it('A code ends in the millisecond that its push names, and its outcome an hour later at least', () => {
		const short = toKeptCode('wx1', 'short', 600);
		jest.setSystemTime(short.endsAt - 1);
		expect(isCodeKept(recordWith(short), 'short')).toBe(true);
		expect(withoutCode(short, {}).endsAt).toBe(short.endsAt - 1 + HOUR);
		expect(withoutCode({ ...short, endsAt: NOW + 3 * HOUR }, {}).endsAt).toBe(NOW + 3 * HOUR);
		jest.setSystemTime(short.endsAt);
		expect(missingCode(CREDENTIALS, short)).toBeUndefined();
	});

	it('A code is kept until it is exchanged', () => {
		expect(isCodeKept(CREDENTIALS, 'code')).toBe(false);
		expect(isCodeKept(recordWith(newCode(), code), 'code')).toBe(true);
		expect(isCodeKept(recordWith(newCode(), code), 'another')).toBe(false);
		expect(isCodeKept(recordWith(newCode(), exchanged), 'code')).toBe(false);
	});

	it('Codes that need an exchange come before others that end later', () => {
		const outcome = withoutCode(newCode('wx3', 7200), { permissionSets: [33] });
		const [soon, late] = [newCode('wx1', 600), newCode('wx2', 1200)];
		const ids = readCodes(recordWith(soon, outcome, late)).map(({ appId }) => appId);
		expect(ids).toEqual(['wx2', 'wx1', 'wx3']);
	});
});

it.each([
	[61009, 61009],
	[undefined, 61010],
	[null, 61010],
])('A code that was lost with %j is reported with %i, to the operator', (given, errcode) => {
	const { hint, ...obstacle } = lostCode(given);
	expect(obstacle).toMatchObject({ category: 'authorization', whoActs: 'operator', errcode });
	expect(hint['zh-CN']).toContain('请向商家发送新的授权链接');
});
