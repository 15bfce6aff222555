import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import * as HINTS from '../../../nodes/setup/checkHints';
import { checkService } from '../../../nodes/setup/serviceChecks';
import type { ServiceAccount } from '../../../nodes/tokens/tokenServiceAnswers';
import type { Obstacle } from '../../../nodes/wechat/obstacle';
import { noReply, type Reply } from '../../../nodes/wechat/reply';
import { answered, obstacle } from '../fakes.cts';

const DATA: ICredentialDataDecryptedObject = {
	tokenSource: 'tokenService',
	tokenServiceUrl: 'https://tokens.example.com/{appid}',
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const CHECKS = [
	'credential',
	'encodingAesKey',
	'triggerBody',
	'ticket',
	'componentToken',
	'ipWhitelist',
	'authorizedAccounts',
	'permissionSet33',
	'unexchangedCodes',
	'closedAccounts',
] as const;

const ID = (n: number) => `wx${n.toString(16).padStart(16, '0')}`;

/** What the checks find if WeChat gives one of these answers for each listed account. */
async function check(
	answers: Array<Reply & { obstacle?: Obstacle }> | Obstacle,
	{
		data = DATA,
		most = Infinity,
		name = null,
	}: { data?: ICredentialDataDecryptedObject; most?: number; name?: string | null } = {},
) {
	const asked: string[] = [];
	const list = Array.isArray(answers)
		? answers.map((_, n): ServiceAccount => ({ appId: ID(n), name, authorizedAt: null }))
		: answers;
	const { findings, callable } = await checkService(
		data,
		{
			list: async () => {
				asked.push('list');
				return await Promise.resolve(list);
			},
			links: async (appId) => {
				asked.push(appId);
				const [, n] = /(\d+)$/.exec(appId) ?? [];
				return Array.isArray(answers) ? answers[parseInt(n, 16)] : noReply('noAnswer', '');
			},
		},
		most,
		2,
	);
	expect(findings.map((one) => one.check)).toEqual(CHECKS);
	const of = (name: (typeof CHECKS)[number]) => findings[CHECKS.indexOf(name)];
	return { of, callable, asked };
}

describe('Token service', () => {
	it('A token service whose tokens WeChat accepts is ok, and the checks of what its server does report "Not needed"', async () => {
		const { of, callable } = await check([answered(0), answered(0)]);
		expect(CHECKS.map((name) => [name, of(name).status, of(name).detail])).toEqual([
			['credential', 'ok', 'The token service answers'],
			['encodingAesKey', 'ok', 'Not needed: n8n receives no pushes with this credential'],
			['triggerBody', 'ok', 'n8n does not parse what triggers receive'],
			['ticket', 'ok', 'Not needed: the server behind the token service keeps the ticket'],
			[
				'componentToken',
				'ok',
				'Not needed: the server behind the token service makes and keeps the token',
			],
			['ipWhitelist', 'ok', "WeChat accepted the call, so n8n's IP address is in the whitelist"],
			['authorizedAccounts', 'ok', 'The token service returned tokens for 2 accounts'],
			['permissionSet33', 'ok', 'All 2 Official Accounts have granted permission set 33'],
			['unexchangedCodes', 'ok', 'Not needed: the server behind the token service exchanges them'],
			['closedAccounts', 'ok', 'No account is cancelled, frozen or withdrawn'],
		]);
		expect(callable).toEqual([ID(0), ID(1)]);
	});

	it.each([
		[{ apiBaseUrl: '' }, 'The API Base URL is not a URL'],
		[{ tokenServiceUrl: 'tokens' }, 'The address of the token service is not a URL'],
		[{ tokenServiceUrl: 'https://a' }, 'Token Service URL does not contain {appid}'],
	])(
		'A token service that cannot be asked because of %j fails without a request',
		async (fields, detail) => {
			const { of, callable, asked } = await check([answered(0)], { data: { ...DATA, ...fields } });
			expect(of('credential')).toMatchObject({ status: 'failed', detail });
			for (const name of CHECKS.slice(5)) {
				expect(of(name).detail).toBe("Not checked: fix 'Credential' first");
			}
			expect([callable, asked]).toStrictEqual([[], []]);
		},
	);

	it('A token service that does not answer fails', async () => {
		const down = obstacle('retryLater', 'The token service did not answer');
		const { of, callable, asked } = await check(down);
		expect(of('credential')).toMatchObject({ status: 'failed', detail: down.problem });
		expect(of('closedAccounts').detail).toBe("Not checked: fix 'Credential' first");
		expect(callable).toStrictEqual([]);
		expect(asked).toEqual(['list']);
	});

	it('A token service without a list leaves the accounts unknown and says why', async () => {
		const none = obstacle('authorization', 'The token service offers no list');
		const { of, callable } = await check(none);
		expect(of('credential').status).toBe('ok');
		for (const name of CHECKS.slice(5)) {
			expect(of(name)).toMatchObject({
				status: 'unknown',
				detail: none.problem,
				hint: none.hint,
			});
		}
		expect(callable).toStrictEqual([]);
	});

	it('A token service with an empty list needs attention', async () => {
		const { of, callable } = await check([]);
		expect(of('authorizedAccounts')).toMatchObject({
			status: 'attention',
			detail: 'The token service lists no accounts',
			hint: HINTS.EMPTY_LIST,
		});
		expect(of('ipWhitelist')).toMatchObject({
			check: 'ipWhitelist',
			detail: "Not checked: fix 'Authorized accounts' first",
		});
		expect(callable).toStrictEqual([]);
	});

	it('The checks look at no more accounts than allowed', async () => {
		const { asked, callable } = await check([answered(0), answered(0), answered(0)], { most: 2 });
		expect(asked).toEqual(['list', ID(0), ID(1)]);
		expect(callable).toEqual([ID(0), ID(1)]);
	});
});

describe('Names', () => {
	it('Accounts are named as the service names them', async () => {
		const answers = [answered(61007), answered(50002), answered(48001), answered(0)];
		const { of } = await check(answers, { name: 'Tea House' });
		expect(of('permissionSet33').detail).toContain(`set 33: Tea House (${ID(0)})`);
		expect(of('closedAccounts').detail).toBe(`1 frozen or cancelled: Tea House (${ID(1)})`);
		expect(of('authorizedAccounts').detail).toContain(`Tea House (${ID(2)})`);
	});
});

describe('Keys for pushes', () => {
	it.each([
		[{ messageToken: 'm' }, 'Encoding AES Key is empty'],
		[{ encodingAesKey: 'k'.repeat(43) }, 'Message Token is empty'],
	])('With one of the two keys for pushes, the other is needed: %j', async (fields, detail) => {
		const { of } = await check([answered(0)], { data: { ...DATA, ...fields } });
		expect(of('encodingAesKey')).toMatchObject({ status: 'attention', detail });
	});
});

describe('Accounts of a token service', () => {
	it('One account that can be called proves that the IP address is in the whitelist', async () => {
		const { of, callable } = await check([answered(61007), answered(0)]);
		expect(of('ipWhitelist').status).toBe('ok');
		expect(callable).toEqual([ID(1)]);
	});

	it('One refusal of the IP address counts for all accounts', async () => {
		const { of } = await check([answered(0), answered(61004)]);
		expect(of('ipWhitelist')).toMatchObject({
			status: 'failed',
			detail: expect.stringContaining('61004'),
		});
		expect(of('authorizedAccounts').status).toBe('ok');
	});

	it('If no account can be called, the whitelist is unknown', async () => {
		const { of } = await check([answered(61007)]);
		expect(of('ipWhitelist').status).toBe('unknown');
		expect(of('permissionSet33')).toMatchObject({
			status: 'attention',
			detail: `1 of 1 account lacks permission set 33: ${ID(0)}`,
		});
		expect(of('authorizedAccounts').detail).toBe('The token service returned tokens for 1 account');
	});

	it('Accounts that are closed or have withdrawn are named', async () => {
		const { of } = await check([answered(50002), answered(61003), answered(50002), answered(0)]);
		expect(of('closedAccounts')).toMatchObject({
			status: 'attention',
			detail: `2 frozen or cancelled: ${ID(0)}, ${ID(2)}; 1 withdrawn: ${ID(1)}`,
			hint: HINTS.CLOSED,
		});
		expect(of('authorizedAccounts').status).toBe('ok');
	});

	it('Accounts that cannot be called for another reason are named with it', async () => {
		const { of } = await check([answered(0), answered(48001), answered(40001)]);
		expect(of('authorizedAccounts')).toMatchObject({
			status: 'attention',
			detail: expect.stringMatching(
				`^2 of 3 accounts could not be called \\(${ID(1)}, ${ID(2)}\\): WeChat answered 48001: `,
			),
		});
		expect(of('authorizedAccounts').hint.en).not.toBe('');
	});

	it('An account for which the service returns no token is named with the reason', async () => {
		const none = { ...noReply('noAnswer', ''), obstacle: obstacle('authorization', 'No token') };
		const { of } = await check([none]);
		expect(of('authorizedAccounts').detail).toBe(
			`1 of 1 account could not be called (${ID(0)}): No token`,
		);
	});
});
