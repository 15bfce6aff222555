import type { IWebhookFunctions } from 'n8n-workflow';

import { passOn } from '../../../nodes/WeChatOpenPlatformTrigger/forward';
import type { Inbox } from '../../../nodes/WeChatOpenPlatformTrigger/inbox';
import type { Target } from '../../../nodes/WeChatOpenPlatformTrigger/targets';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

let hosts = 0;

/** A server that no test has used before. */
const target = (path = '/wechat'): Target => {
	const host = `server${++hosts}.example.com`;
	return { id: `id of ${host}`, url: `https://${host}${path}`, name: `line 1 (${host})` };
};

const forward = (eventId: string, to: Target[], more: object = {}) => ({
	eventId,
	infoType: 'authorized',
	raw: { body: Buffer.from(eventId).toString('base64'), query: 'nonce=1', contentType: 'text/xml' },
	to: to.map(({ id }) => id),
	isKept: true,
	...more,
});

/** A trigger with pushes that were left, where servers answer with this status; 0 is no answer. */
function triggerWith(statusOf: (url: string) => number, left: object[] = []) {
	const sent: Array<{ at: number; url: string; body: string }> = [];
	const requests: object[] = [];
	const noted: unknown[][] = [];
	const log: string[] = [];
	const context = {
		getNodeParameter: (_: string, otherwise: unknown) => otherwise,
		logger: {
			info: (text: string) => log.push(`info: ${text}`),
			warn: (text: string) => log.push(`warn: ${text}`),
		},
		helpers: {
			httpRequest: async (request: { url: string; body: Buffer }) => {
				requests.push(request);
				sent.push({ at: Date.now() - NOW, url: request.url, body: request.body.toString() });
				const statusCode = statusOf(request.url);
				if (statusCode === 0) throw new Error('No answer');
				return await Promise.resolve({ statusCode });
			},
		},
	} as unknown as IWebhookFunctions;
	const inbox = {
		takeForwards: async () => await Promise.resolve(left.splice(0)),
		noteForwarded: async (...all: unknown[]) => await Promise.resolve(noted.push(all)),
	} as unknown as Inbox;
	const pass = async (targets: Target[], push: ReturnType<typeof forward>) => {
		const passed = passOn(context, inbox, targets, push);
		await jest.advanceTimersByTimeAsync(20 * SECOND);
		await passed;
	};
	return { pass, sent, requests, noted, log };
}

describe('a push on its way to other servers', () => {
	it('arrives as it came, and it is noted who has taken it', async () => {
		const [one, two] = [target(), target('/wechat?key=1')];
		const { pass, requests, noted, log } = triggerWith(() => 204);
		await pass([one, two], forward('1', [one, two]));
		expect(requests).toEqual(
			[`${one.url}?nonce=1`, `${two.url}&nonce=1`].map((url) => ({
				method: 'POST',
				url,
				headers: { 'Content-Type': 'text/xml' },
				body: Buffer.from('1'),
				timeout: 10_000,
				encoding: 'text',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			})),
		);
		expect(noted).toEqual([
			[['1'], one.id],
			[['1'], two.id],
		]);
		expect(log).toEqual([
			`info: ${one.name}: authorized was answered HTTP 204`,
			`info: ${two.name}: authorized was answered HTTP 204`,
		]);
	});

	it('has no question mark where it came without a query', async () => {
		const one = target();
		const { pass, sent } = triggerWith(() => 200);
		const raw = { body: '', query: '', contentType: 'text/xml' };
		await pass([one], forward('1', [one], { raw }));
		expect(sent.map(({ url }) => url)).toEqual([one.url]);
	});

	it('follows those that were left, each to the servers that have not taken it', async () => {
		const [one, two] = [target(), target()];
		const { pass, sent, noted } = triggerWith(
			() => 200,
			[forward('1', [two]), forward('2', [one])],
		);
		await pass([one, two], forward('3', [one, two]));
		const to = (of: Target) =>
			sent.filter(({ url }) => url.startsWith(of.url)).map(({ body }) => body);
		expect([to(one), to(two)]).toEqual([
			['2', '3'],
			['1', '3'],
		]);
		expect(noted).toEqual([
			[['2', '3'], one.id],
			[['1', '3'], two.id],
		]);
	});

	it('that is kept nowhere is noted nowhere', async () => {
		const one = target();
		const { pass, noted } = triggerWith(() => 200);
		await pass([one], forward('1', [one], { isKept: false }));
		expect(noted).toStrictEqual([]);
	});
});

describe('a server that does not take a push', () => {
	it.each([199, 300, 404, 500])('since it answers %i, gets it three times', async (status) => {
		const one = target();
		const { pass, sent, noted, log } = triggerWith(() => status);
		await pass([one], forward('1', [one]));
		expect(sent.map(({ at }) => at)).toEqual([0, SECOND, 5 * SECOND]);
		expect(noted).toStrictEqual([]);
		expect(log).toEqual([
			`warn: ${one.name}: authorized was answered HTTP ${status} in 3 tries; it is sent again with a later push, for an hour`,
		]);
	});

	it('and does not get it again where it is not kept', async () => {
		const one = target();
		const { pass, log } = triggerWith(() => 404);
		await pass([one], forward('1', [one], { isKept: false }));
		expect(log).toEqual([
			`warn: ${one.name}: authorized was answered HTTP 404 in 3 tries; it is not sent again`,
		]);
	});

	it('gets the next ones all the same, where it answers', async () => {
		const one = target();
		const { pass, sent } = triggerWith(() => 404, [forward('1', [one])]);
		await pass([one], forward('2', [one]));
		expect(sent.map(({ body }) => body)).toEqual(['1', '1', '1', '2', '2', '2']);
	});

	it('is left alone for a minute where it does not answer', async () => {
		const one = target();
		let status = 0;
		const { pass, sent, log } = triggerWith(() => status, [forward('1', [one])]);
		await pass([one], forward('2', [one]));
		expect(sent.map(({ body }) => body)).toEqual(['1', '1', '1']);
		expect(log).toEqual([expect.stringContaining('authorized got no answer in 3 tries')]);
		const silentFrom = NOW + sent[2].at;
		status = 200;
		jest.setSystemTime(silentFrom + 60 * SECOND - 1);
		await pass([one], forward('3', [one]));
		expect(sent).toHaveLength(3);
		jest.setSystemTime(silentFrom + 60 * SECOND);
		await pass([one], forward('4', [one]));
		expect(sent.slice(3).map(({ body }) => body)).toEqual(['4']);
	});

	it('gets pushes one after the other, in the order in which they came', async () => {
		const one = target();
		const statuses = [500, 500, 500];
		const { pass, sent } = triggerWith(() => statuses.shift() ?? 200);
		await Promise.all([pass([one], forward('1', [one])), pass([one], forward('2', [one]))]);
		expect(sent.map(({ body }) => body)).toEqual(['1', '1', '1', '2']);
	});
});
