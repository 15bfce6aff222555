import { explainReply } from '../../../nodes/wechat/obstacle';
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

describe('Quotes', () => {
	const hintFor = (text: string, sent: string[] = [], status = 200) =>
		explainReply(readReply(status, text, 'wxamplink', sent)).hint.en;

	it.each([
		['{"message":"Forbidden"}', 'HTTP 200 with other JSON: "{"message":"Forbidden"}".'],
		['<html><style>b{}</style><h1>Bad</h1> <b>gateway</b></html>', 'a page: "Bad gateway".'],
		['no \u0007route\u202e\r\n  found', 'a text: "no route found".'],
		['', 'HTTP 200 with an empty body.'],
	])("An answer that is not WeChat's is shown: %j", (text, told) => {
		expect(hintFor(text)).toContain(told);
	});

	it('A quote is cut after 80 whole characters', () => {
		const quote = /: "(.*)"\.$/u.exec(hintFor('😀'.repeat(200)))?.[1];
		expect(quote).toBe('😀'.repeat(80));
	});

	it.each([
		['the token in the address', 'GET /x?access_token=short was refused', 'short'],
		['what was sent', 'who is Zoe?', 'Zoe'],
		['what was sent, as an address has it', 'who is Zo%C3%A9?', 'Zo%C3%A9'],
		['a secret by its name in JSON', '{"component_appsecret":"abc"}', 'abc'],
		['a secret by its name in JSON within JSON', '{"body":"{\\"app_secret\\":\\"abc\\"}"}', 'abc'],
		['a long word', `denied for ${'k3y_'.repeat(4)}`, 'k3y_'],
		['a secret that is cut in two', `${' '.repeat(1990)}aB3${'x'.repeat(40)}`, 'aB3'],
	])('A quote does not show %s', (_, text, secret) => {
		expect(hintFor(text, ['Zoe', 'Zoé', ''])).not.toContain(secret);
	});

	it('A quote is made quickly from any answer, however long', () => {
		for (const unit of ['<', 'a=', '"a":"', 'x', '<script>', '\\']) {
			expect(hintFor(unit.repeat(2 ** 20)).length).toBeLessThanOrEqual(260);
		}
	});
});

describe('Control characters', () => {
	it('Raw control characters in an answer are dropped', () => {
		const text = '{"errcode":0,\n\t"wxopens":{"items":[{"nickname":"we\u0007l\u0000c\tome\n"}]}}';
		const reply = readReply(200, text, 'wxamplinkget');
		expect(reply).toMatchObject({
			errcode: 0,
			payload: { wxopens: { items: [{ nickname: 'welcome' }] } },
		});
	});

	it('Raw control characters do not turn other text into an answer', () => {
		expect(readReply(200, '{"mess\u0007age":"no"}', 'wxamplink')).toMatchObject({ errcode: null });
		expect(readReply(200, '{"errcode":0,"errm\u0007', 'wxamplink').errmsg).toContain('incomplete');
	});

	it('A byte order mark before an answer is dropped', () => {
		expect(readReply(200, '\ufeff{"errcode":0,"errmsg":"o\u0001k"}', 'wxamplink')).toMatchObject({
			errcode: 0,
			errmsg: 'ok',
		});
	});
});
