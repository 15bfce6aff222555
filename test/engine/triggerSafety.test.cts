import { NodeApiError } from 'n8n-workflow';

import type { PushFlaw } from '../sandbox/index.cts';
import { logged } from './log.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { letSecondsPass } from './uptime.cts';

const world = usePlatformWorld();
const server = useTrigger(world);
const ALL = ['authorized', 'updateauthorized', 'unauthorized', 'ticket', 'other'];

describe("Pushes that are not WeChat's", () => {
	// A reason that an earlier test has logged is logged again.
	beforeEach(() => letSecondsPass(120));
	afterEach(() => jest.restoreAllMocks());

	const FLAWS: Array<[PushFlaw, number]> = [
		['wrongSignature', 401],
		['otherAppId', 401],
		['wrongKey', 401],
		['changedBytes', 401],
		['badPadding', 401],
		['lengthTooLarge', 401],
		['notBase64', 401],
		['shortCiphertext', 401],
		['truncated', 400],
		['hugeBody', 413],
		['notXml', 400],
		['innerNotXml', 400],
		['nestedEntities', 400],
		['doctype', 400],
		['outerDoctype', 400],
		['emptyBody', 400],
	];

	it.each(FLAWS)(
		'A push with the flaw %s is answered with %i, and changes nothing',
		async (flaw, status) => {
			server.parameters = { triggerOn: ALL };
			const before = server.credential;
			const answer = await world.controls.pushRaw({ flaw, bytes: 300 * 1024 });
			await server.settle();
			expect(answer).toMatchObject({ status, body: 'refused' });
			expect(logged).toEqual([
				expect.stringMatching(
					/^warn: A push to the WeChat Open Platform Trigger was refused: .{10}/,
				),
			]);
			expect(server.items).toStrictEqual([]);
			expect(server.credential).toBe(before);
			expect(server.staticData).toEqual({});
			expect(await world.controls.count()).toBe(0);
		},
	);

	it.each<PushFlaw>(['misprintedEnd', 'controlCharacters'])(
		"A push with a flaw that WeChat's own pushes have is accepted: %s",
		async (flaw) => {
			server.parameters = { triggerOn: ALL };
			const push = { infoType: 'new', fields: { Text: 'a b' }, flaw };
			expect(await world.controls.pushRaw(push)).toMatchObject({ status: 200 });
			await server.settle();
			expect(server.items).toMatchObject([{ infoType: 'new', fields: { Text: 'a b' } }]);
		},
	);
});

describe('A change of the key', () => {
	it('Pushes with either key are accepted while the key is being changed', async () => {
		const { encodingAesKey } = server.credential;
		await world.controls.changePlatform({ encodingAesKey: 'b'.repeat(43) });
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: false });
		server.credential = {
			...server.credential,
			encodingAesKey: 'b'.repeat(43),
			previousEncodingAesKey: encodingAesKey,
		};
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
		await world.controls.changePlatform({ encodingAesKey: String(encodingAesKey) });
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
	});
});

describe('Activation', () => {
	it('Publishing the workflow asks WeChat to push, whether it already does or not', async () => {
		expect(await server.activate('activate')).toBe(true);
		await world.controls.changePlatform({ pushingStopped: true });
		expect(await server.activate('activate')).toBe(true);
		expect(await world.controls.platform()).toMatchObject({ pushingStopped: false });
	});

	describe('WeChat does not start to push', () => {
		const secret = 'f'.repeat(32);
		type Fields = Record<string, string>;
		const FAULTS: Array<[string, RegExp, Fields | null]> = [
			['the secret is wrong', /AppSecret/, { componentAppSecret: secret }],
			['the platform has no appid', /App ?ID/, { componentAppId: '' }],
			['nobody answers', /No answer.*API Base URL/s, { apiBaseUrl: 'http://127.0.0.1:1' }],
			['the URL is empty', /API Base URL/, { apiBaseUrl: '' }],
			['the credential was deleted', /choose the credential/, null],
		];
		const spoil = (fields: Fields | null): void => {
			server.credential = { ...server.credential, ...fields };
			server.credentialIsDeleted = fields === null;
		};
		const failureOf = async (): Promise<string> => {
			const error: unknown = await server.activate('manual').catch((e: unknown) => e);
			expect(error).toBeInstanceOf(NodeApiError);
			const { message, description } = error as NodeApiError;
			return `${message}\n${description}`;
		};

		it.each(FAULTS)(
			'If %s, the webhook is registered anyway, and the log says what to do',
			async (_, words, fields) => {
				spoil(fields);
				for (const how of ['activate', 'update', 'init', 'leadershipChange'] as const) {
					logged.length = 0;
					expect(await server.activate(how)).toBe(true);
					expect(logged).toEqual([expect.stringMatching(/^warn: /)]);
					expect(logged[0]).toMatch(words);
					expect(logged[0]).not.toContain(secret);
				}
			},
		);

		it.each(FAULTS)(
			'If %s, the person who tests the trigger sees why',
			async (_, words, fields) => {
				spoil(fields);
				const text = await failureOf();
				expect(text).toMatch(words);
				expect(text).not.toContain(secret);
				expect(logged).toStrictEqual([]);
			},
		);

		it('A refusal of WeChat never shows the secret', async () => {
			const componentAppSecret = String(server.credential.componentAppSecret);
			for (const errcode of [-1, 777001]) {
				await world.controls.answerWith(
					{ path: '/cgi-bin/component/api_start_push_ticket' },
					{ errcode, errmsg: `about ${componentAppSecret}`, times: 2 },
				);
				expect(await server.activate('activate')).toBe(true);
				expect(await failureOf()).not.toContain(componentAppSecret);
			}
			expect(logged).toHaveLength(2);
			expect(logged.join()).not.toContain(componentAppSecret);
		});

		it('If the IP whitelist lacks an address, that address is shown', async () => {
			await world.controls.changePlatform({ ipWhitelist: ['203.0.113.7'] });
			expect(await failureOf()).toContain('127.0.0.1');
			expect(await server.activate('activate')).toBe(true);
			expect(logged.join()).toContain('127.0.0.1');
		});
	});
});
