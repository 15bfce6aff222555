import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Finding } from '../../../nodes/setup/finding';
import * as HINTS from '../../../nodes/setup/checkHints';
import { checkPlatform } from '../../../nodes/setup/platformChecks';
import { missingTicket } from '../../../nodes/tokens/platformFields';
import { newToken } from '../../../nodes/tokens/tokenCache';
import { componentKey, originOf, PLATFORM_TOKENS } from '../../../nodes/tokens/tokenFields';
import { noReply, readReply, type Reply } from '../../../nodes/wechat/reply';
import { obstacle } from '../fakes.cts';

const BASE: ICredentialDataDecryptedObject = {
	componentAppId: 'wx00000000000000c1',
	componentAppSecret: 's'.repeat(32),
	messageToken: 'message-token',
	encodingAesKey: 'k'.repeat(43),
	apiBaseUrl: 'https://api.weixin.qq.com',
};
/** What the push of a ticket leaves behind. */
const TICKET = missingTicket(BASE, {
	ticket: 'ticket@@@1',
	pushedAt: 1,
	receivedAt: Date.now(),
	readWith: BASE,
});
const FIELDS = { ...BASE, ...TICKET };

const OK = readReply(200, '{"errcode":0,"errmsg":"ok"}');
const REJECTED = readReply(200, '{"errcode":40001,"errmsg":"invalid credential"}');

/** The credential while it keeps a token. */
function keeping(value: string): ICredentialDataDecryptedObject {
	const origin = originOf(FIELDS);
	const token = { ...newToken(value, 7200, 0), serial: 1 };
	const tokens = new Map([[componentKey(origin), token]]);
	return { ...FIELDS, ...PLATFORM_TOKENS.missing(FIELDS, origin, tokens) };
}

/** A WeChat that accepts everything but the token 'old'. */
function asking(now: ICredentialDataDecryptedObject = {}): Parameters<typeof checkPlatform>[1] {
	return {
		ask: async (_api, _body, token) => (token === 'old' ? REJECTED : OK),
		makeToken: async () => OK,
		reread: async () => now,
	};
}

it('A secret in an unknown answer does not leave the check', async () => {
	const secret = String(FIELDS.componentAppSecret);
	const reply = readReply(200, JSON.stringify({ errcode: 777001, errmsg: `not ${secret}` }));
	const findings = await checkPlatform(FIELDS, {
		...asking(),
		ask: async () => reply,
	});
	expect(findings[0]).toMatchObject({
		status: 'failed',
		detail: 'WeChat answered 777001: not ***',
	});
	expect(JSON.stringify(findings)).not.toContain(secret);
});

it('Each check returns one finding, in the order of the checks', async () => {
	const findings = await checkPlatform(FIELDS, asking());
	expect(findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
		'credential ok',
		'encodingAesKey ok',
		'triggerBody ok',
		'ticket ok',
		'componentToken ok',
		'ipWhitelist ok',
	]);
});

describe('Fallback API Base URL', () => {
	const fallbackOf = async (fallbackApiBaseUrl: string, started = OK) => {
		const fields = { ...FIELDS, fallbackApiBaseUrl };
		const ask = async () => started;
		const findings = await checkPlatform(fields, { ...asking(), ask });
		return Object.fromEntries(findings.map((one) => [one.check, one]));
	};

	it.each(['', 'https://api2.weixin.qq.com', 'https://api.weixin.qq.com'])(
		'The fallback %j changes nothing about the check of the credential',
		async (fallback) => {
			expect(await fallbackOf(fallback)).toEqual(await fallbackOf(''));
		},
	);

	it('A fallback that is not a URL needs attention, and the other checks continue', async () => {
		const { credential, componentToken } = await fallbackOf('api2.weixin.qq.com');
		expect(credential).toMatchObject({
			status: 'attention',
			detail: 'WeChat accepted the AppID and the AppSecret. The Fallback API Base URL is not a URL',
			hint: { en: expect.stringContaining('Correct Fallback API Base URL') },
		});
		expect(componentToken).toMatchObject({ status: 'ok' });
	});

	it('A fallback that is not a URL is reported even if nothing answers', async () => {
		const dead = noReply('noAnswer', 'No answer from WeChat');
		expect((await fallbackOf('nonsense', dead)).credential).toMatchObject({
			status: 'failed',
			detail: 'No answer from WeChat. The Fallback API Base URL is not a URL',
			hint: {
				'zh-CN': expect.stringMatching(/能否访问该地址。请更正凭证中的 Fallback API Base URL/),
			},
		});
	});

	it('The whitelist check says that the fallback accepted the call', async () => {
		const detour = { en: 'It went around.', 'zh-CN': '绕行。' };
		expect((await fallbackOf('', { ...OK, detour })).ipWhitelist).toEqual({
			check: 'ipWhitelist',
			status: 'ok',
			detail: "The fallback accepted the call, so n8n's IP address is in the whitelist",
			hint: detour,
		});
	});
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const KEY = 'k'.repeat(43);
const NO_TOKEN_YET = { ...FIELDS };

const answered = (errcode: number, more: object = {}) =>
	readReply(200, JSON.stringify({ errcode, errmsg: 'text', ...more }));

/** What the checks find if WeChat answers like this. */
async function checksOf(
	fields: ICredentialDataDecryptedObject,
	{
		started = OK,
		kept = OK,
		made = OK,
	}: { started?: Reply; kept?: Reply; made?: Reply | null } = {},
) {
	const asked: string[] = [];
	const findings = await checkPlatform(fields, {
		ask: async (api, _, token) => {
			asked.push(token === '' ? api : `${api} ${token}`);
			return api === 'api_start_push_ticket' ? started : kept;
		},
		makeToken: async () => {
			asked.push('makeToken');
			return made ?? undefined;
		},
		reread: async () => fields,
	});
	const [credential, encodingAesKey, triggerBody, ticket, componentToken, ipWhitelist] = findings;
	return { credential, encodingAesKey, triggerBody, ticket, componentToken, ipWhitelist, asked };
}

/** The credential with a newest ticket of this age. */
function withTicketOf(age: number): ICredentialDataDecryptedObject {
	return { ...FIELDS, verifyTicketReceivedAt: NOW - age };
}

describe('Credential', () => {
	it.each([
		[{ apiBaseUrl: 'api.weixin.qq.com' }, 'The API Base URL is not a URL'],
		[{ componentAppId: ' ' }, 'The Component App ID or the Component App Secret is empty'],
		[{ componentAppSecret: '' }, 'The Component App ID or the Component App Secret is empty'],
		[{ componentAppId: 'tea house' }, 'Component App ID is not a valid appid'],
	])('A credential with %j fails without a call', async (fields, detail) => {
		const found = await checksOf({ ...FIELDS, ...fields });
		expect(found.credential).toMatchObject({ check: 'credential', status: 'failed', detail });
		expect(found.credential.hint.en).not.toBe('');
		for (const { status, detail: why } of [found.componentToken, found.ipWhitelist]) {
			expect([status, why]).toEqual(['unknown', "Not checked: fix 'Credential' first"]);
		}
		expect(found.asked).toStrictEqual([]);
	});

	it('The check of the credential makes a call that takes no token', async () => {
		const { credential, ipWhitelist, asked } = await checksOf(FIELDS);
		expect(asked[0]).toBe('api_start_push_ticket');
		expect(credential.detail).toBe('WeChat accepted the AppID and the AppSecret');
		expect(ipWhitelist.detail).toBe(
			"WeChat accepted the call, so n8n's IP address is in the whitelist",
		);
	});

	it.each([40001, 40125, 41004, 41019, 61006])(
		'The answer %i shows that the secret is wrong',
		async (errcode) => {
			expect((await checksOf(FIELDS, { started: answered(errcode) })).credential).toMatchObject({
				status: 'failed',
				detail: `WeChat answered ${errcode}: Component App Secret does not belong to this Component App ID`,
				hint: HINTS.WRONG_SECRET,
			});
		},
	);

	it.each([40013, 41018, 61000, 61001, 61011, 61024])(
		'The answer %i shows that the AppID is wrong',
		async (errcode) => {
			expect((await checksOf(FIELDS, { started: answered(errcode) })).credential).toMatchObject({
				status: 'failed',
				detail: `WeChat answered ${errcode}: Component App ID does not belong to a third-party platform`,
				hint: HINTS.WRONG_APP_ID,
			});
		},
	);

	it.each([40090, 40187, 45035, 61004])(
		'The answer %i is about the IP address and says nothing about the credential',
		async (errcode) => {
			const found = await checksOf(FIELDS, { started: answered(errcode) });
			expect(found.credential).toMatchObject({
				status: 'unknown',
				detail: "Not checked: fix 'IP whitelist' first",
			});
			expect(found.componentToken.detail).toBe("Not checked: fix 'IP whitelist' first");
			expect(found.ipWhitelist).toMatchObject({
				status: 'failed',
				detail: `WeChat answered ${errcode}: The IP address of n8n is not in the platform's IP whitelist`,
				hint: HINTS.whitelist(),
			});
			expect(found.ipWhitelist.hint.en).toContain("n8n's outgoing IP address");
			expect(found.ipWhitelist.hint['zh-CN']).toContain('n8n 的出口 IP 地址');
			expect(found.asked).toEqual(['api_start_push_ticket']);
		},
	);

	it('The finding names the IP address that WeChat saw', async () => {
		const errmsg = 'invalid ip 203.0.113.7, not in whitelist';
		const { ipWhitelist } = await checksOf(FIELDS, { started: answered(61004, { errmsg }) });
		expect(ipWhitelist.detail).toContain('The IP address 203.0.113.7 is not in');
		expect(ipWhitelist.hint.en).toContain('adds the IP address 203.0.113.7 to');
		expect(ipWhitelist.hint['zh-CN']).toContain('IP 地址 203.0.113.7');
	});

	it('The check of the credential fails without an answer, and is unknown while WeChat is busy', async () => {
		const dead = await checksOf(FIELDS, { started: noReply('noAnswer', 'No answer') });
		expect(dead.credential).toMatchObject({ status: 'failed', detail: expect.any(String) });
		expect(dead.ipWhitelist.detail).toBe("Not checked: fix 'Credential' first");
		const busy = await checksOf(FIELDS, { started: answered(-1) });
		expect(busy.credential.status).toBe('unknown');
		expect(busy.componentToken.detail).toBe("Not checked: fix 'Credential' first");
	});
});

describe('Keys for pushes', () => {
	beforeEach(() => jest.useFakeTimers({ now: NOW }));
	afterEach(() => jest.useRealTimers());

	const keyOf = async (fields: ICredentialDataDecryptedObject) =>
		(await checksOf({ ...withTicketOf(5 * MINUTE), ...fields })).encodingAesKey;

	it.each([
		[{ encodingAesKey: 'short' }, 'Encoding AES Key is not a valid key'],
		[{ previousEncodingAesKey: 'short' }, 'Previous Encoding AES Key is not a valid key'],
		[
			{ encodingAesKey: 'short', previousEncodingAesKey: 'short' },
			'Encoding AES Key and Previous Encoding AES Key are not valid keys',
		],
	])('The check of the keys fails with %j', async (fields, detail) => {
		expect(await keyOf(fields)).toMatchObject({ status: 'failed', detail, hint: HINTS.KEY_FORM });
	});

	it.each([
		[{ encodingAesKey: ' ' }, 'Encoding AES Key is empty'],
		[{ messageToken: '' }, 'Message Token is empty'],
		[{ encodingAesKey: '', messageToken: ' ' }, 'Encoding AES Key and Message Token are empty'],
	])('The check of the keys needs attention with %j', async (fields, detail) => {
		expect(await keyOf(fields)).toMatchObject({ status: 'attention', detail, hint: HINTS.NO_KEY });
	});

	it('The keys are ok if a push was read with them in the last hour', async () => {
		expect(await keyOf({})).toMatchObject({
			status: 'ok',
			detail: 'A push was read with this key 5 min ago',
		});
		expect(await keyOf({ previousEncodingAesKey: KEY })).toMatchObject({ status: 'ok' });
	});

	it.each<[string, ICredentialDataDecryptedObject]>([
		['the last push is an hour old', { verifyTicketReceivedAt: NOW - HOUR }],
		['no push has arrived', { verifyTicketReceivedAt: 0 }],
		['the key has changed since', { encodingAesKey: 'x'.repeat(43) }],
	])('Whether the keys are right is unknown if %s', async (_, fields) => {
		expect(await keyOf(fields)).toMatchObject({
			status: 'unknown',
			detail: 'The key has a valid form, but no push in the last hour was read with it',
			hint: HINTS.UNPROVEN_KEY,
		});
	});
});

describe('Ticket', () => {
	beforeEach(() => jest.useFakeTimers({ now: NOW }));
	afterEach(() => jest.useRealTimers());

	const PASTED = {
		check: 'ticket',
		status: 'unknown',
		detail: 'The ticket did not come with a push: it was pasted or comes from an expression',
		hint: HINTS.PASTED_TICKET,
		waitsForPush: true,
	};

	it('Without a ticket, the check fails and no token is made', async () => {
		const found = await checksOf({ ...FIELDS, componentVerifyTicket: ' ' });
		expect(found.ticket).toMatchObject({ status: 'failed', hint: HINTS.NO_TICKET });
		expect(found.componentToken.detail).toBe("Not checked: fix 'Ticket' first");
		expect(found.asked).toEqual(['api_start_push_ticket']);
	});

	it.each<[string, number, string]>([
		['59 min', 59 * MINUTE, 'ok'],
		['60 min', HOUR, 'attention'],
		['119 min', 2 * HOUR - 1, 'attention'],
		['2 h', 2 * HOUR, 'attention'],
		['11 h', 12 * HOUR - 1, 'attention'],
		['12 h', 12 * HOUR, 'failed'],
	])('A ticket that came %s ago is judged by its age', async (words, age, status) => {
		const { ticket } = await checksOf(withTicketOf(age), { made: null });
		const more = {
			ok: '',
			attention: '; WeChat pushes one every 10 minutes',
			failed: '; a ticket lives 12 hours',
		}[status];
		expect(ticket).toMatchObject({
			status,
			detail: `The newest ticket came ${words} ago${more}`,
			...(status !== 'ok' && { hint: HINTS.NO_TICKET }),
		});
	});

	it('The age of a pasted ticket is unknown, and a ticket from the future counts as new', async () => {
		expect((await checksOf(withTicketOf(NOW))).ticket).toEqual(PASTED);
		expect((await checksOf(withTicketOf(-HOUR))).ticket).toMatchObject({
			status: 'ok',
			detail: 'The newest ticket came 0 min ago',
		});
	});

	it('If WeChat returns a token for a ticket older than 12 hours, that ticket was pasted since', async () => {
		const found = await checksOf(withTicketOf(13 * HOUR));
		expect(found.ticket).toEqual(PASTED);
		expect(found.componentToken).toMatchObject({ status: 'ok', detail: 'WeChat returned a token' });
		expect((await checksOf(withTicketOf(HOUR))).ticket.status).toBe('attention');
	});
});

describe('Platform token', () => {
	it('The check of the platform token calls WeChat with the kept token and makes none', async () => {
		const found = await checksOf(keeping('kept'));
		expect(found.componentToken).toMatchObject({
			status: 'ok',
			detail: 'WeChat accepted the kept token',
		});
		expect(found.asked).toEqual(['api_start_push_ticket', 'api_get_authorizer_list kept']);
	});

	it('The check of the platform token shows a refusal that is not about the token', async () => {
		const { componentToken } = await checksOf(keeping('kept'), { kept: answered(48001) });
		expect(componentToken).toMatchObject({
			status: 'failed',
			detail: expect.stringMatching(/^WeChat answered 48001: /),
		});
	});

	it.each<[string, string, Partial<Finding>]>([
		[
			'another n8n process',
			'new',
			{ status: 'ok', detail: 'Another n8n process has just made a new token' },
		],
		[
			'another system',
			'old',
			{
				status: 'attention',
				detail: 'WeChat answered 40001: another system has replaced the kept token',
				hint: HINTS.REPLACED,
			},
		],
	])(
		'The check of the platform token says that %s has replaced a rejected token',
		async (_, now, expected) => {
			const findings = await checkPlatform(keeping('old'), asking(keeping(now)));
			const token = findings.find(({ check }) => check === 'componentToken');
			expect(token).toMatchObject(expected);
		},
	);

	it('Without a kept token for these values, the check of the platform token makes one if it may', async () => {
		const edited = { ...keeping('old'), componentAppSecret: 'x'.repeat(32) };
		for (const fields of [NO_TOKEN_YET, edited]) {
			const found = await checksOf(fields);
			expect(found.asked).toEqual(['api_start_push_ticket', 'makeToken']);
			expect(found.componentToken.detail).toBe('WeChat returned a token');
		}
		const left = await checksOf(edited, { made: null });
		expect(left.componentToken).toMatchObject({
			status: 'ok',
			detail: 'The next run makes a token with these values',
		});
		expect(left.ticket.status).toBe('ok');
	});

	it('A kept token is checked even without a ticket', async () => {
		const found = await checksOf({ ...keeping('kept'), componentVerifyTicket: '' });
		expect(found.componentToken.status).toBe('ok');
		expect(found.ticket.status).toBe('failed');
	});

	it('The check of the platform token fails if the daily quota for tokens is used up', async () => {
		expect((await checksOf(NO_TOKEN_YET, { made: answered(45009) })).componentToken).toMatchObject({
			status: 'failed',
			detail: expect.stringMatching(/^WeChat answered 45009: /),
			hint: HINTS.TOKEN_QUOTA,
		});
	});

	it.each([40091, 41020, 61005, 61006, 61011])(
		'The answer %i shows that the ticket is wrong',
		async (errcode) => {
			const found = await checksOf(NO_TOKEN_YET, { made: answered(errcode) });
			expect(found.ticket).toMatchObject({
				status: 'failed',
				detail: expect.stringContaining(`WeChat answered ${errcode}`),
				hint: HINTS.NO_TICKET,
			});
			expect(found.componentToken.detail).toBe("Not checked: fix 'Ticket' first");
		},
	);

	it('The check of the platform token fails if WeChat answers without a token', async () => {
		const empty = { ...answered(0), obstacle: obstacle('other', 'There is none') };
		expect((await checksOf(NO_TOKEN_YET, { made: empty })).componentToken).toMatchObject({
			status: 'failed',
			detail: 'There is none',
		});
	});

	it('The check of the platform token shows any other refusal, or why there was no call', async () => {
		const refused = await checksOf(NO_TOKEN_YET, { made: answered(48001) });
		expect(refused.ticket.status).toBe('ok');
		expect(refused.componentToken).toMatchObject({
			status: 'failed',
			detail: expect.stringContaining('48001'),
		});
		const unsent = { ...answered(48001), obstacle: obstacle('retryLater', 'It was not sent') };
		expect((await checksOf(NO_TOKEN_YET, { made: unsent })).componentToken).toMatchObject({
			status: 'unknown',
			detail: 'It was not sent',
		});
	});
});
