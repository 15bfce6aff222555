import { readAuthorizationCode } from '../../../nodes/wechat/authorizationLink';

const CODE = 'queryauthcode@@@A-z_0123456789=.~';

describe('the code that a browser has brought back', () => {
	it.each([CODE, 'x', 'c'.repeat(512), 'a%40b'])('may be %s', (code) => {
		expect(readAuthorizationCode(code)).toBe(code);
	});

	it('loses the white space around it', () => {
		expect(readAuthorizationCode(` \t${CODE}\n`)).toBe(CODE);
	});

	it.each([undefined, null, '', ' \n'])('is missing where it is %j', (given) => {
		expect(readAuthorizationCode(given)).toMatchObject({
			category: 'other',
			problem: 'The Authorization Code is empty',
			whoActs: 'operator',
		});
	});

	it('is told to stand twice where it is a list', () => {
		expect(readAuthorizationCode([CODE, CODE])).toMatchObject({
			problem: 'The Authorization Code is a list',
			hint: { en: expect.stringContaining('more than once') },
		});
	});

	it.each([
		7,
		true,
		{ auth_code: CODE },
		'two words',
		'授权码',
		'c'.repeat(513),
		`https://merchants.example.com/?auth_code=${CODE}&expires_in=600`,
		`auth_code=${CODE}`,
	])('is none where it is %j, which is not shown', (given) => {
		const read = readAuthorizationCode(given);
		expect(read).toMatchObject({
			category: 'other',
			problem: 'Authorization Code is not a valid code',
			hint: { en: expect.stringContaining('only the value of auth_code') },
		});
		expect(JSON.stringify(read)).not.toContain(CODE);
	});
});
