import { readReply } from '../../../nodes/wechat/reply';

const RID = '617682e0-09059ac5-34a8e2ea';
const HTML = '<!DOCTYPE html><html><body>Bad gateway</body></html>';

/** An answer of WeChat with HTTP 200, which failures have, too. */
function answer(fields: Record<string, unknown>) {
	return readReply(200, JSON.stringify(fields));
}

describe('rid', () => {
	it.each([
		['after a blank', `invalid appid rid: ${RID}`],
		['after a comma', `invalid appid, rid: ${RID}`],
		['without a blank after the colon', `invalid appid rid:${RID}`],
		['followed by blanks', `invalid appid rid: ${RID} `],
		['in upper case', `invalid appid rid: ${RID.toUpperCase()}`],
	])('The rid %s is moved from errmsg to its own field', (_, errmsg) => {
		const reply = answer({ errcode: 40013, errmsg });
		expect(reply).toMatchObject({ errcode: 40013, errmsg: 'invalid appid' });
		expect(reply.rid?.toLowerCase()).toBe(RID);
	});

	it('An errmsg that consists of the rid becomes empty', () => {
		expect(answer({ errcode: 1005, errmsg: ` rid: ${RID}` })).toMatchObject({
			errcode: 1005,
			errmsg: '',
			rid: RID,
		});
	});

	it('An errmsg loses its surrounding blanks', () => {
		const errmsg = ` reach different realname limit rid:${RID}`;
		expect(answer({ errcode: 89407, errmsg })).toMatchObject({
			errmsg: 'reach different realname limit',
			rid: RID,
		});
	});

	it('The old hint stays in errmsg', () => {
		const errmsg = 'has linked wxa hint: [Bhrtpa00391975]';
		expect(answer({ errcode: 89015, errmsg })).toMatchObject({ errmsg, rid: null });
	});

	it('A rid in the middle of errmsg stays there', () => {
		const errmsg = `rid: ${RID} is what you asked for`;
		expect(answer({ errcode: 76001, errmsg })).toMatchObject({ errmsg, rid: null });
	});

	it('An answer without errmsg is read', () => {
		expect(answer({ errcode: 777001 })).toMatchObject({ errmsg: '', rid: null });
		expect(answer({ errcode: 777001, errmsg: 5 })).toMatchObject({ errmsg: '', rid: null });
	});
});

describe('errcode', () => {
	it('An errcode may be a text', () => {
		expect(answer({ errcode: '61003', errmsg: 'x' }).errcode).toBe(61003);
		expect(answer({ errcode: '0', errmsg: 'ok' }).errcode).toBe(0);
		expect(answer({ errcode: '-1', errmsg: 'system error' }).errcode).toBe(-1);
	});

	it('An answer without errcode is a success and is kept whole', () => {
		const reply = answer({ wxopens: { items: [] } });
		expect(reply).toMatchObject({ errcode: 0, payload: { wxopens: { items: [] } } });
		expect(reply.missing).toBeUndefined();
	});

	it('An errcode counts with HTTP 403, too', () => {
		expect(readReply(403, '{"errcode":48001,"errmsg":"api unauthorized"}').errcode).toBe(48001);
	});

	it.each(['abc', 1.5, {}, [1, 2], '', ' ', null, true, false, [], [0], '0x10', '1e3', 1e300])(
		'The value %j is not an errcode',
		(errcode) => {
			expect(answer({ errcode })).toMatchObject({ errcode: null, missing: 'notWeChat' });
		},
	);
});

describe('Other answers', () => {
	it.each([500, 502, 503, 504])('HTTP %i counts as no answer', (status) => {
		const reply = readReply(status, HTML);
		expect(reply).toMatchObject({ errcode: null, rid: null, missing: 'noAnswer', payload: {} });
		expect(reply.errmsg).toContain(String(status));
	});

	it('HTTP 502 counts as no answer, even with JSON of a proxy', () => {
		expect(readReply(502, '{"errcode":0}')).toMatchObject({ errcode: null, missing: 'noAnswer' });
	});

	it.each(['{"errcode":0,"errm', '{', ' \n{"errcode":'])(
		'The text %j is reported as incomplete',
		(text) => {
			expect(readReply(200, text)).toMatchObject({
				errcode: null,
				errmsg: 'The answer was incomplete',
				missing: 'noAnswer',
			});
		},
	);

	it.each(['', HTML, '[]', '[{"errcode":0}]', 'null', '"ok"', '0', 'ok'])(
		'The text %j is not an answer of WeChat',
		(text) => {
			const reply = readReply(200, text);
			expect(reply).toMatchObject({ errcode: null, missing: 'notWeChat', payload: {} });
			expect(reply.errmsg).toContain('200');
		},
	);
});

describe('IP addresses', () => {
	it('The IP address before the rid is found', () => {
		const errmsg = `access clientip is not registered requestIP: 203.0.113.9 rid: ${RID}`;
		expect(answer({ errcode: 61004, errmsg })).toMatchObject({
			requestIp: '203.0.113.9',
			rid: RID,
		});
	});

	it('The IP address in the text of 40164 is found', () => {
		const errmsg = `invalid ip 203.0.113.77 ipv6 ::ffff:203.0.113.77, not in whitelist rid: ${RID}`;
		expect(answer({ errcode: 40164, errmsg }).requestIp).toBe('203.0.113.77');
	});

	it('An IPv6 address is found', () => {
		const errmsg = 'access clientip is not registered requestIP: 2001:db8::17';
		expect(answer({ errcode: 61004, errmsg }).requestIp).toBe('2001:db8::17');
	});

	it('A version number or a rid is not an IP address', () => {
		const errmsg = `support version error 2.10.4 rid: ${RID}`;
		expect(answer({ errcode: 89014, errmsg })).not.toHaveProperty('requestIp');
	});
});
