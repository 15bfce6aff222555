import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import {
	forwardPushes,
	readForward,
	readTargets,
	type Target,
} from '../../../nodes/WeChatOpenPlatformTrigger/forward';
import type { Inbox } from '../../../nodes/WeChatOpenPlatformTrigger/inbox';
import type { Forward } from '../../../nodes/WeChatOpenPlatformTrigger/receivedPushes';
import { readFields } from '../../../nodes/wechat/pushEvent';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

let hosts = 0;

/** A server that no test has used before. */
const target = (path = '/wechat'): Target => {
	const host = `server${++hosts}.example.com`;
	return { id: `id of ${host}`, url: `https://${host}${path}`, name: `line 1 (${host})` };
};

const forward = (eventId: string, to: Target[], more: Partial<Forward> = {}): Forward => ({
	eventId,
	receivedAt: Date.now(),
	infoType: 'authorized',
	raw: { body: Buffer.from(eventId).toString('base64'), query: 'nonce=1', contentType: 'text/xml' },
	to: to.map(({ id }) => id),
	...more,
});

/** A trigger with pushes that were left behind. Its servers answer with this status; 0 is no answer. */
function triggerWith(statusOf: (url: string) => number | Promise<number>, left: Forward[] = []) {
	const sent: Array<{ at: number; url: string; body: string }> = [];
	const requests: object[] = [];
	const noted: unknown[][] = [];
	const tried: string[] = [];
	const log: string[] = [];
	const context = {
		getNode: () => ({ id: 'node' }),
		getNodeParameter: (_: string, otherwise: unknown) => otherwise,
		logger: {
			info: (text: string) => log.push(`info: ${text}`),
			warn: (text: string) => log.push(`warn: ${text}`),
		},
		helpers: {
			httpRequest: async (request: { url: string; body: Buffer }) => {
				requests.push(request);
				sent.push({ at: Date.now() - NOW, url: request.url, body: request.body.toString() });
				const statusCode = await statusOf(request.url);
				if (statusCode === 0) throw new Error('No answer');
				return { statusCode };
			},
		},
	} as unknown as IWebhookFunctions;
	const inbox = {
		takeForwards: async () => await Promise.resolve(left.splice(0)),
		noteForwarded: (...all: unknown[]) => noted.push(all),
		noteTried: (eventId: string) => tried.push(eventId),
	} as unknown as Inbox;
	const pass = async (targets: Target[], push?: Forward, milliseconds = SECOND) => {
		await forwardPushes(context, inbox, targets, push ? [push] : []);
		await jest.advanceTimersByTimeAsync(milliseconds);
	};
	return { pass, sent, requests, noted, tried, log };
}

describe('Forwarding', () => {
	it('A push arrives as it came, and the servers that took it are noted', async () => {
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
			['1', one.id],
			['1', two.id],
		]);
		expect(log).toEqual([
			`info: ${one.name}: authorized was answered with HTTP 204`,
			`info: ${two.name}: authorized was answered with HTTP 204`,
		]);
	});

	it('A push without a query is forwarded without a question mark', async () => {
		const one = target();
		const { pass, sent } = triggerWith(() => 200);
		const raw = { body: '', query: '', contentType: 'text/xml' };
		await pass([one], forward('1', [one], { raw }));
		expect(sent.map(({ url }) => url)).toEqual([one.url]);
	});

	it('A push follows those that were left, which go only to the servers that have not taken them', async () => {
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
		expect(noted).toHaveLength(4);
		expect(noted).toEqual(
			expect.arrayContaining([
				['2', one.id],
				['1', two.id],
				['3', one.id],
				['3', two.id],
			]),
		);
	});

	it('Each server gets one push at a time, in the order in which they came', async () => {
		const [one, two] = [target(), target()];
		let open = 0;
		let most = 0;
		const { pass, sent } = triggerWith(async (url) => {
			if (!url.startsWith(one.url)) return 200;
			most = Math.max(most, ++open);
			await new Promise((resolve) => setTimeout(resolve, 5 * SECOND));
			open--;
			return 200;
		});
		for (const id of ['1', '2', '3']) await pass([one, two], forward(id, [one, two]), 10);
		expect(sent.filter(({ url }) => url.startsWith(two.url))).toHaveLength(3);
		await jest.advanceTimersByTimeAsync(20 * SECOND);
		const toOne = sent.filter(({ url }) => url.startsWith(one.url));
		expect(toOne.map(({ body }) => body)).toEqual(['1', '2', '3']);
		expect(most).toBe(1);
	});

	it('A push is no longer sent to a server that the node no longer names', async () => {
		const [one, two] = [target(), target()];
		const { pass, sent } = triggerWith(() => 0);
		await pass([one], forward('1', [one]));
		await pass([two], forward('2', [two]));
		await jest.advanceTimersByTimeAsync(10 * MINUTE);
		expect(sent.filter(({ url }) => url.startsWith(one.url))).toHaveLength(1);
	});
});

describe('A server that refuses a push', () => {
	it.each([199, 300, 404, 499])(
		'A server that answers with HTTP %i does not get the push again, but gets the next one',
		async (status) => {
			const one = target();
			const { pass, sent, noted, log } = triggerWith(() => status, [forward('1', [one])]);
			await pass([one], forward('2', [one]), 5 * MINUTE);
			expect(sent.map(({ body }) => body)).toEqual(['1', '2']);
			expect(noted).toEqual([
				['1', one.id],
				['2', one.id],
			]);
			const warning = `warn: ${one.name}: authorized was answered with HTTP ${status} and is not sent again`;
			expect(log).toEqual([warning, warning]);
		},
	);
});

describe('A server that is down', () => {
	it.each([
		[0, 'got no answer'],
		[500, 'was answered with HTTP 500'],
		[503, 'was answered with HTTP 503'],
	])(
		'A server that answers with %i (0 is no answer) is tried every minute with the oldest push',
		async (status, what) => {
			const one = target();
			const { pass, sent, noted, tried, log } = triggerWith(() => status);
			await pass([one], forward('1', [one]));
			await pass([one], forward('2', [one]), 2 * MINUTE);
			expect(sent.map(({ body }) => body)).toEqual(['1', '1', '1']);
			expect(sent.map(({ at }) => at)).toEqual([0, MINUTE, 2 * MINUTE]);
			expect(noted).toStrictEqual([]);
			expect(tried).toEqual(['1', '1', '1']);
			expect(log[0]).toBe(
				`warn: ${one.name}: authorized ${what}; it is sent again every minute, for an hour`,
			);
		},
	);

	it('A server gets everything that waits as soon as it is back, in the order in which it came', async () => {
		const one = target();
		let status = 0;
		const { pass, sent } = triggerWith(() => status);
		for (const id of ['1', '2', '3']) await pass([one], forward(id, [one]));
		status = 200;
		await jest.advanceTimersByTimeAsync(MINUTE);
		expect(sent.map(({ body }) => body)).toEqual(['1', '1', '2', '3']);
	});

	it('A push is sent for an hour after it was received, and the log says when that is over', async () => {
		const one = target();
		const { pass, sent, noted, log } = triggerWith(() => 0);
		const receivedAt = NOW - 57 * MINUTE;
		await pass([one], forward('1', [one], { receivedAt }), 10 * MINUTE);
		expect(sent).toHaveLength(4);
		expect(noted).toEqual([['1', one.id]]);
		expect(log.at(-1)).toBe(
			`warn: ${one.name}: authorized was not accepted for an hour and is not sent again`,
		);
	});

	it('A server that was down gets only the newest ticket, and every other push', async () => {
		const one = target();
		let status = 0;
		const { pass, sent } = triggerWith(() => status);
		const ticket = (id: string) => forward(id, [one], { infoType: 'component_verify_ticket' });
		await pass([one], forward('a', [one]));
		for (const id of ['1', '2', '3']) await pass([one], ticket(id));
		await pass([one], forward('b', [one]));
		status = 200;
		await jest.advanceTimersByTimeAsync(MINUTE);
		expect(sent.map(({ body }) => body)).toEqual(['a', 'a', '3', 'b']);
	});

	it('A server that is down delays no other server', async () => {
		const [dead, good] = [target(), target()];
		const { pass, sent } = triggerWith((url) => (url.startsWith(dead.url) ? 0 : 200));
		for (const id of ['1', '2']) await pass([dead, good], forward(id, [dead, good]));
		const toGood = sent.filter(({ url }) => url.startsWith(good.url));
		expect(toGood.map(({ body }) => body)).toEqual(['1', '2']);
	});
});

describe('Forward To', () => {
	const targetsOf = (
		forwardTo: unknown,
		own: string | null = 'https://n8n.example.com/webhook/1/w',
	) =>
		readTargets({
			getNodeWebhookUrl: () => own ?? undefined,
			getNodeParameter: (_: string, otherwise: unknown) =>
				forwardTo === undefined ? otherwise : forwardTo,
		} as unknown as IHookFunctions);
	const urlsOf = (forwardTo: unknown, own?: string | null) =>
		targetsOf(forwardTo, own).targets.map(({ url }) => url);

	it('Forward To takes one URL per line, each once', () => {
		const { targets, problems } = targetsOf(
			' https://a.example.com/x?key=canary \r\n\nHTTP://b.example.com:8080/\nhttps://a.example.com/x?key=canary',
		);
		expect(problems).toStrictEqual([]);
		expect(targets).toEqual([
			{
				id: expect.stringMatching(/^[0-9a-f]{16}$/),
				url: 'https://a.example.com/x?key=canary',
				name: 'Forward To, line 4 (a.example.com)',
			},
			{
				id: expect.stringMatching(/^[0-9a-f]{16}$/),
				url: 'HTTP://b.example.com:8080/',
				name: 'Forward To, line 3 (b.example.com:8080)',
			},
		]);
	});

	it.each([undefined, null, '', ' \n '])('Forward To given as %j has no targets', (forwardTo) => {
		expect(targetsOf(forwardTo)).toEqual({ targets: [], problems: [] });
	});

	it.each([
		'a.example.com',
		'ftp://a',
		'https://',
		'https://a b',
		'see https://a',
		'https://:8080',
		'https://a.example.com/b c',
		'xhttps://a.example.com',
	])('A line that is not a URL is reported without its content: %s', (line) => {
		const { targets, problems } = targetsOf(`https://a.example.com\n${line}`);
		expect(targets).toHaveLength(1);
		expect(problems).toEqual([
			'Forward To, line 2: it is not a URL that begins with http:// or https://',
		]);
	});

	it.each([
		'https://n8n.example.com/webhook/1/w',
		'https://n8n.example.com/webhook-test/1/w?a=b',
		'http://n8n.example.com/webhook/1/w',
	])("The trigger's own URL is left out: %s", (line) => {
		const { targets, problems } = targetsOf(line);
		expect(targets).toStrictEqual([]);
		expect(problems).toEqual(["Forward To, line 1: it is this trigger's own URL"]);
	});

	it('Other triggers of the same n8n are targets, and so is every URL if the own one is unknown', () => {
		expect(urlsOf('https://n8n.example.com/webhook/2/w')).toHaveLength(1);
		expect(urlsOf('https://n8n.example.com:8443/webhook/1/w')).toHaveLength(1);
		const own = 'https://n8n.example.com/webhook/1/w';
		expect(urlsOf(own, null)).toEqual([own]);
		expect(urlsOf(own, 'https://n8n.example.com/webhook-test/1/w')).toStrictEqual([]);
	});
});

describe('The push that is forwarded', () => {
	const rawBody = Buffer.from('<xml/>');
	const rawOf = (request: object) => {
		const context = {
			getRequestObject: () => request,
			getNodeWebhookUrl: () => undefined,
			getNodeParameter: (name: string, otherwise: unknown) =>
				name === 'forwardTo' ? 'https://a.example.com' : otherwise,
		} as unknown as IWebhookFunctions;
		return readForward(context, readFields({ InfoType: 'authorized' }, false)).forward?.raw;
	};

	it('A push is forwarded with its bytes, its query and its content type', () => {
		const headers = { 'content-type': 'application/xml' };
		const raw = {
			body: rawBody.toString('base64'),
			query: 'a=1?&b=2',
			contentType: 'application/xml',
		};
		const originalUrl = '/webhook/1?a=1?&b=2';
		expect(rawOf({ rawBody, headers, originalUrl, url: '/1' })).toEqual(raw);
		expect(rawOf({ rawBody, headers, url: originalUrl })).toEqual(raw);
	});

	it('A push without a query and a content type is forwarded as XML', () => {
		expect(rawOf({ rawBody, headers: {} })).toEqual({
			body: rawBody.toString('base64'),
			query: '',
			contentType: 'text/xml',
		});
	});
});
