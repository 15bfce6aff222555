import {
	explainMissing,
	explainReply,
	isAmbiguous,
	reasonOfErrcode,
} from '../../../nodes/wechat/obstacle';
import { noReply, readReply } from '../../../nodes/wechat/reply';

const RID = '617682e0-09059ac5-34a8e2ea';

const answered = (errcode: number, errmsg: string) =>
	explainReply(readReply(200, JSON.stringify({ errcode, errmsg })));

describe('Answers', () => {
	it('An answer is explained with its meaning, who acts and its rid', () => {
		expect(answered(61007, `api is unauthorized to component rid: ${RID}`)).toMatchObject({
			category: 'authorization',
			problem: expect.stringContaining('permission'),
			whoActs: 'officialAccountAdmin',
			retryAfter: 'none',
			errcode: 61007,
			rid: RID,
		});
	});

	it("An unknown code is explained with WeChat's text", () => {
		expect(answered(987654, 'new reason').problem).toBe('new reason');
		expect(answered(987654, '').problem).toBe('an unknown code');
	});

	it('The hint contains the IP address that WeChat saw', () => {
		const { hint } = answered(61004, 'access clientip is not registered requestIP: 203.0.113.9');
		expect(hint.en).toMatch(/WeChat saw the IP address 203\.0\.113\.9\.$/);
		expect(hint['zh-CN']).toMatch(/微信看到的 IP 地址是 203\.0\.113\.9。$/);
		expect(answered(61004, 'access clientip is not registered').hint.en).not.toContain('saw');
	});
});

describe('Answers without what was asked for', () => {
	it('An answer without what was asked for is not a success, even without an errcode', () => {
		expect(explainMissing(readReply(200, '{}'))).toMatchObject({
			category: 'retryLater',
			problem: "WeChat's answer does not contain what was asked for",
			hint: { en: expect.stringContaining('API Base URL') },
			whoActs: 'operator',
			retryAfter: 'minutes',
			errcode: null,
		});
	});

	it('An answer with a refusal is explained by its code', () => {
		const reply = readReply(200, '{"errcode":61007,"errmsg":"text"}');
		expect(explainMissing(reply)).toEqual(explainReply(reply));
	});
});

describe('Missing answers', () => {
	it('A call without an answer may be sent again in a few minutes', () => {
		expect(explainReply(noReply('noAnswer', 'No answer from WeChat'))).toMatchObject({
			category: 'retryLater',
			problem: 'No answer from WeChat',
			hint: { en: expect.stringContaining('sending it again does no harm') },
			whoActs: 'nobody',
			retryAfter: 'minutes',
			errcode: null,
			rid: null,
		});
	});

	it('The operator acts if something other than WeChat answered', () => {
		expect(explainReply(noReply('notWeChat', 'The answer is not WeChat\u2019s'))).toMatchObject({
			category: 'retryLater',
			hint: { en: expect.stringMatching(/API Base URL.*proxy/) },
			whoActs: 'operator',
			retryAfter: 'minutes',
		});
	});
});

describe('Codes about an account', () => {
	it.each<[number | null | undefined, string]>([
		[61003, 'notAuthorized'],
		[61023, 'notAuthorized'],
		[61009, 'notAuthorized'],
		[61010, 'notAuthorized'],
		[42007, 'notAuthorized'],
		[61007, 'noPermissionSet'],
		[61017, 'noPermissionSet'],
		[50001, 'noPermissionSet'],
		[48001, 'other'],
		[50002, 'other'],
		[777001, 'other'],
		[0, 'other'],
		[null, 'other'],
		[undefined, 'other'],
	])('The code %p has the reason %s', (errcode, reason) => {
		expect(reasonOfErrcode(errcode)).toBe(reason);
	});

	it.each<[number | null, boolean]>([
		[48001, true],
		[50002, true],
		[61003, true],
		[61007, false],
		[40001, false],
		[0, false],
		[null, false],
	])('The code %p counts as ambiguous: %p', (errcode, is) => {
		expect(isAmbiguous(errcode)).toBe(is);
	});
});
