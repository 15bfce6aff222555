import { noReply, readReply } from '../../../nodes/wechat/reply';

const RID = '617682e0-09059ac5-34a8e2ea';
const HTML = '<!DOCTYPE html><html><body>Bad gateway</body></html>';

/** An answer of WeChat with HTTP 200, which failures have, too. */
function answer(fields: Record<string, unknown>) {
	return readReply(200, JSON.stringify(fields));
}

describe('the rid at the end of errmsg', () => {
	it.each([
		['after a blank', `invalid appid rid: ${RID}`],
		['after a comma', `invalid appid, rid: ${RID}`],
		['without a blank after the colon', `invalid appid rid:${RID}`],
		['followed by blanks', `invalid appid rid: ${RID} `],
		['in upper case', `invalid appid rid: ${RID.toUpperCase()}`],
	])('is taken out of the text %s', (_, errmsg) => {
		const reply = answer({ errcode: 40013, errmsg });
		expect(reply).toMatchObject({ errcode: 40013, errmsg: 'invalid appid' });
		expect(reply.rid?.toLowerCase()).toBe(RID);
	});

	it('is all there is in some answers, which leaves an empty text', () => {
		expect(answer({ errcode: 1005, errmsg: ` rid: ${RID}` })).toMatchObject({
			errcode: 1005,
			errmsg: '',
			rid: RID,
		});
	});

	it('leaves no blank of a text that begins with one', () => {
		const errmsg = ` reach different realname limit rid:${RID}`;
		expect(answer({ errcode: 89407, errmsg })).toMatchObject({
			errmsg: 'reach different realname limit',
			rid: RID,
		});
	});

	it('is absent beside the old hint, which stays in the text', () => {
		const errmsg = 'has linked wxa hint: [Bhrtpa00391975]';
		expect(answer({ errcode: 89015, errmsg })).toMatchObject({ errmsg, rid: null });
	});

	it('is not looked for in the middle of a text', () => {
		const errmsg = `rid: ${RID} is what you asked for`;
		expect(answer({ errcode: 76001, errmsg })).toMatchObject({ errmsg, rid: null });
	});

	it('is not missed where there is no text at all', () => {
		expect(answer({ errcode: 777001 })).toMatchObject({ errmsg: '', rid: null });
		expect(answer({ errcode: 777001, errmsg: 5 })).toMatchObject({ errmsg: '', rid: null });
	});
});

describe('errcode', () => {
	it('may be a text', () => {
		expect(answer({ errcode: '61003', errmsg: 'x' }).errcode).toBe(61003);
		expect(answer({ errcode: '0', errmsg: 'ok' }).errcode).toBe(0);
		expect(answer({ errcode: '-1', errmsg: 'system error' }).errcode).toBe(-1);
	});

	it('may be absent on success, and the answer is kept whole', () => {
		const reply = answer({ wxopens: { items: [] } });
		expect(reply).toMatchObject({ errcode: 0, payload: { wxopens: { items: [] } } });
		expect(reply.missing).toBeUndefined();
	});

	it('counts with a failing HTTP status, too', () => {
		expect(readReply(403, '{"errcode":48001,"errmsg":"api unauthorized"}').errcode).toBe(48001);
	});

	it.each(['abc', 1.5, {}, [1, 2], '', ' ', null, true, false, [], [0], '0x10', '1e3', 1e300])(
		'is not made up from %j',
		(errcode) => {
			expect(answer({ errcode })).toMatchObject({ errcode: null, missing: 'notWeChat' });
		},
	);
});

describe('what is no answer of WeChat', () => {
	it.each([500, 502, 503, 504])('HTTP %i may have arrived: nobody knows', (status) => {
		const reply = readReply(status, HTML);
		expect(reply).toMatchObject({ errcode: null, rid: null, missing: 'noAnswer', payload: {} });
		expect(reply.errmsg).toContain(String(status));
	});

	it('HTTP 502 counts as no answer even with JSON of a proxy', () => {
		expect(readReply(502, '{"errcode":0}')).toMatchObject({ errcode: null, missing: 'noAnswer' });
	});

	it.each(['{"errcode":0,"errm', '{', ' \n{"errcode":'])('%j broke off', (text) => {
		expect(readReply(200, text)).toMatchObject({
			errcode: null,
			errmsg: 'The answer was incomplete',
			missing: 'noAnswer',
		});
	});

	it.each(['', HTML, '[]', '[{"errcode":0}]', 'null', '"ok"', '0', 'ok'])(
		'%j comes from something else',
		(text) => {
			const reply = readReply(200, text);
			expect(reply).toMatchObject({ errcode: null, missing: 'notWeChat', payload: {} });
			expect(reply.errmsg).toContain('200');
		},
	);
});

describe('the IP address WeChat saw', () => {
	it('is found before the rid', () => {
		const errmsg = `access clientip is not registered requestIP: 203.0.113.9 rid: ${RID}`;
		expect(answer({ errcode: 61004, errmsg })).toMatchObject({
			requestIp: '203.0.113.9',
			rid: RID,
		});
	});

	it('is found in the text of 40164, too', () => {
		const errmsg = `invalid ip 203.0.113.77 ipv6 ::ffff:203.0.113.77, not in whitelist rid: ${RID}`;
		expect(answer({ errcode: 40164, errmsg }).requestIp).toBe('203.0.113.77');
	});

	it('may be an IPv6 address', () => {
		const errmsg = 'access clientip is not registered requestIP: 2001:db8::17';
		expect(answer({ errcode: 61004, errmsg }).requestIp).toBe('2001:db8::17');
	});

	it('is not seen in a version number or a rid', () => {
		const errmsg = `support version error 2.10.4 rid: ${RID}`;
		expect(answer({ errcode: 89014, errmsg })).not.toHaveProperty('requestIp');
	});
});

describe('replies without an answer', () => {
	it('say why there is none', () => {
		expect(noReply('noAnswer', 'No answer from WeChat')).toEqual({
			errcode: null,
			errmsg: 'No answer from WeChat',
			rid: null,
			missing: 'noAnswer',
			payload: {},
		});
	});
});
