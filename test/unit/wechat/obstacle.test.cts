import { explainMissing, explainReply, isObstacle } from '../../../nodes/wechat/obstacle';
import { noReply, readReply } from '../../../nodes/wechat/reply';

const RID = '617682e0-09059ac5-34a8e2ea';

const answered = (errcode: number, errmsg: string) =>
	explainReply(readReply(200, JSON.stringify({ errcode, errmsg })));

describe('an answer in words', () => {
	it('says what the code means, who acts, and which call it was', () => {
		expect(answered(61007, `api is unauthorized to component rid: ${RID}`)).toMatchObject({
			category: 'authorization',
			problem: expect.stringContaining('permission'),
			whoActs: 'officialAccountAdmin',
			retryAfter: 'none',
			errcode: 61007,
			rid: RID,
		});
	});

	it('repeats WeChat\u2019s text for a code that nobody knows', () => {
		expect(answered(987654, 'new reason').problem).toBe('new reason');
		expect(answered(987654, '').problem).toBe('an unknown code');
	});

	it('names the address that WeChat saw', () => {
		const { hint } = answered(61004, 'access clientip is not registered requestIP: 203.0.113.9');
		expect(hint.en).toMatch(/WeChat saw the IP address 203\.0\.113\.9\.$/);
		expect(hint['zh-CN']).toMatch(/微信看到的 IP 地址是 203\.0\.113\.9。$/);
		expect(answered(61004, 'access clientip is not registered').hint.en).not.toContain('saw');
	});
});

describe('an answer that does not hold what was asked for', () => {
	it('is no success, though it names no error', () => {
		expect(explainMissing(readReply(200, '{}'))).toMatchObject({
			category: 'retryLater',
			problem: "WeChat's answer does not contain what was asked for",
			hint: { en: expect.stringContaining('API Base URL') },
			whoActs: 'operator',
			retryAfter: 'minutes',
			errcode: null,
		});
	});

	it('is a refusal where it names an error', () => {
		const reply = readReply(200, '{"errcode":61007,"errmsg":"text"}');
		expect(explainMissing(reply)).toEqual(explainReply(reply));
	});
});

describe('what stands in the way', () => {
	it.each([null, undefined, 'problem', {}, { problem: 'p' }])('is not %j', (value) => {
		expect(isObstacle(value)).toBe(false);
	});
});

describe('a call without an answer', () => {
	it('may be sent again in a few minutes', () => {
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

	it('that something else answered is for the operator', () => {
		expect(explainReply(noReply('notWeChat', 'The answer is not WeChat\u2019s'))).toMatchObject({
			category: 'retryLater',
			hint: { en: expect.stringMatching(/API Base URL.*proxy/) },
			whoActs: 'operator',
			retryAfter: 'minutes',
		});
	});
});
