import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Finding } from '../../nodes/accounts/finding';
import { checkPlatform, type Asking } from '../../nodes/accounts/platformChecks';
import { componentKey, originOf, PLATFORM_SHELF } from '../../nodes/tokens/platformShelf';
import { writeTicket } from '../../nodes/tokens/pushKeys';
import { newToken } from '../../nodes/tokens/token';
import { readReply } from '../../nodes/wechat/reply';

const BASE: ICredentialDataDecryptedObject = {
	componentAppId: 'wx00000000000000c1',
	componentAppSecret: 's'.repeat(32),
	messageToken: 'message-token',
	encodingAesKey: 'k'.repeat(43),
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const FIELDS = { ...BASE, ...writeTicket('ticket@@@1', BASE) };

const OK = readReply(200, '{"errcode":0,"errmsg":"ok"}');
const REJECTED = readReply(200, '{"errcode":40001,"errmsg":"invalid credential"}');

/** The credential while it keeps a token. */
function keeping(value: string): ICredentialDataDecryptedObject {
	const key = componentKey(originOf(FIELDS));
	return { ...FIELDS, ...PLATFORM_SHELF.write(FIELDS, new Map([[key, newToken(value, 7200, 0)]])) };
}

/** WeChat as it takes everything but these tokens. */
function asking(rejected: string[], now: ICredentialDataDecryptedObject | undefined): Asking {
	return {
		ask: async (_api, _body, token) => (rejected.includes(token) ? REJECTED : OK),
		makeToken: async () => OK,
		...(now && { reread: async () => now }),
	};
}

async function tokenIn(
	data: ICredentialDataDecryptedObject,
	rejected: string[],
	now?: ICredentialDataDecryptedObject,
): Promise<Finding | undefined> {
	const findings = await checkPlatform(data, asking(rejected, now));
	return findings.find(({ check }) => check === 'componentToken');
}

describe('a kept token that WeChat rejects', () => {
	const OLD = keeping('old');

	it('was replaced by another system, where the credential keeps no other', async () => {
		expect(await tokenIn(OLD, ['old'], OLD)).toMatchObject({
			status: 'attention',
			detail: expect.stringContaining('another system'),
		});
		expect(await tokenIn(OLD, ['old'])).toMatchObject({ status: 'attention' });
	});

	it('was replaced by another process of n8n, where that has stored a newer one', async () => {
		expect(await tokenIn(OLD, ['old'], keeping('new'))).toMatchObject({ status: 'ok' });
	});

	it('is none where WeChat takes it', async () => {
		expect(await tokenIn(OLD, [], OLD)).toMatchObject({ status: 'ok' });
	});
});

it('lets no secret of an answer out that WeChat has never given so far', async () => {
	const secret = String(FIELDS.componentAppSecret);
	const reply = readReply(200, JSON.stringify({ errcode: 777001, errmsg: `not ${secret}` }));
	const findings = await checkPlatform(FIELDS, {
		...asking([], undefined),
		ask: async () => reply,
	});
	expect(findings[0]).toMatchObject({
		status: 'failed',
		detail: 'WeChat answered 777001: not ***',
	});
	expect(JSON.stringify(findings)).not.toContain(secret);
});

it('gives each check once, in the order of the checks', async () => {
	const findings = await checkPlatform(FIELDS, asking([], undefined));
	expect(findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
		'credential ok',
		'encodingAesKey ok',
		'ticket ok',
		'componentToken ok',
		'ipWhitelist ok',
	]);
});
