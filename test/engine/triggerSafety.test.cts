import type { PushFlaw } from '../sandbox/pushTypes.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';

const world = usePlatformWorld();
const server = useTrigger(world);
const ALL = ['authorized', 'updateauthorized', 'unauthorized', 'ticket', 'other'];

describe('a push that is not WeChat\u2019s', () => {
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

	it.each(FLAWS)('(%s) is answered %i, and changes nothing', async (flaw, status) => {
		server.parameters = { triggerOn: ALL };
		const before = server.credential;
		const answer = await world.controls.pushRaw({ flaw, bytes: 300 * 1024 });
		await server.settle();
		expect(answer).toMatchObject({ status, body: 'refused' });
		expect(server.items).toEqual([]);
		expect(server.credential).toBe(before);
		expect(server.staticData).toEqual({});
		expect(await world.controls.count()).toBe(0);
	});

	it.each(['timestamp', 'nonce', 'msg_signature'])('without %s is refused', async (name) => {
		const { status } = await world.controls.pushRaw({ omit: [name] });
		expect(status).toBeGreaterThanOrEqual(400);
		expect(status).toBeLessThan(500);
	});

	it('but has the misprinted end of WeChat\u2019s samples is taken', async () => {
		expect(await world.controls.pushRaw({ flaw: 'misprintedEnd' })).toMatchObject({ status: 200 });
	});
});

describe('during a change of the key', () => {
	it('pushes with either key are taken', async () => {
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

describe('the activation of the workflow', () => {
	it('asks WeChat to push, whether it does already or not', async () => {
		expect(await server.activate('activate')).toBe(true);
		await world.controls.changePlatform({ pushingStopped: true });
		expect(await server.activate('activate')).toBe(true);
		expect(await world.controls.platform()).toMatchObject({ pushingStopped: false });
	});

	it.each([
		['the secret is wrong', /[Ss]ecret/, { componentAppSecret: 'f'.repeat(32) }],
		['nobody answers', /API Base URL|No answer/, { apiBaseUrl: 'http://127.0.0.1:1' }],
		['the URL is none', /API Base URL/, { apiBaseUrl: '' }],
	])('tells a person that %s', async (_, words, fields) => {
		server.credential = { ...server.credential, ...fields };
		const error: unknown = await server.activate('activate').catch((e: unknown) => e);
		const { message, description } = error as { message: string; description: string };
		expect(`${message} ${description}`).toMatch(words);
	});

	it('shows the IP address that is not in the whitelist', async () => {
		await world.controls.changePlatform({ ipWhitelist: ['203.0.113.7'] });
		await expect(server.activate('update')).rejects.toMatchObject({
			description: expect.stringContaining('127.0.0.1'),
		});
	});

	it('when n8n starts does not fail', async () => {
		server.credential = { ...server.credential, componentAppSecret: 'f'.repeat(32) };
		expect(await server.activate('init')).toBe(true);
	});
});
