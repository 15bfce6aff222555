import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest, createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';

// Pauses keep their length here, because this test moves the clock itself.
jest.mock('n8n-workflow', () => jest.requireActual<object>('n8n-workflow'));

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds between two pushes: 120 in an hour. */
const INTERVAL = 30 * SECOND;

/** Milliseconds of one step of time, and turns of the event loop that the network gets for it. */
const STEP = 250;
const TURNS = 20;

/** How a server answers. */
type Behavior = (response: ServerResponse) => void;

const TAKES: Behavior = (response) => response.end('success');
const withStatus =
	(status: number): Behavior =>
	(response) =>
		response.writeHead(status).end();
const NEVER_ANSWERS: Behavior = () => undefined;
/** It does not listen. */
const REFUSES = 'refuses';

const OUTAGES: Array<[string, Behavior | typeof REFUSES]> = [
	['answers HTTP 503', withStatus(503)],
	['accepts connections and never answers', NEVER_ANSWERS],
	['refuses connections', REFUSES],
];

/** A request that was sent: which push it carries, and when. */
interface Sent {
	/** WeChat's signature, which identifies the push. */
	push: string;
	at: number;
}

/** The server of Forward To. */
class Target {
	behavior: Behavior | typeof REFUSES = TAKES;

	/** Signatures of the pushes that it has taken, in order. */
	readonly taken: string[] = [];

	private port = 0;

	private server: Server | undefined;

	get url(): string {
		return `http://${this.host}/wechat`;
	}

	get host(): string {
		return `127.0.0.1:${this.port}`;
	}

	async become(behavior: Behavior | typeof REFUSES): Promise<void> {
		this.behavior = behavior;
		if (behavior === REFUSES) return await this.close();
		if (this.server) return;
		this.server = createServer((request, response) => {
			const { behavior } = this;
			if (behavior === REFUSES) return;
			response.once('finish', () => {
				if (response.statusCode === 200) this.taken.push(signatureOf(request.url));
			});
			behavior(response);
		});
		await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
		this.port = (this.server.address() as AddressInfo).port;
	}

	async close(): Promise<void> {
		const { server } = this;
		this.server = undefined;
		server?.closeAllConnections();
		await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
	}
}

const world = usePlatformWorld();
const trigger = useTrigger(world);
let target: Target;
/** What WeChat has pushed to the trigger, and what the trigger has sent to the target. */
let pushes: Sent[];
let requests: Sent[];

/** Notes each request of this process. */
const noteRequest = (message: unknown) => {
	const { request } = message as { request: ClientRequest };
	const sent = { push: signatureOf(request.path), at: Date.now() };
	if (request.host === undefined || sent.push === '') return;
	const host = request.getHeader('host');
	if (host === target.host) requests.push(sent);
	if (host === new URL(trigger.url).host) pushes.push(sent);
};

/** Milliseconds of the earlier tests: the package remembers times across tests, so its clock must not go back. */
let passed = 0;

beforeEach(async () => {
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
	jest.advanceTimersByTime(passed);
	target = new Target();
	await target.become(TAKES);
	trigger.parameters = { forwardTo: target.url };
	pushes = [];
	requests = [];
	subscribe('http.client.request.start', noteRequest);
	// Fake timers do not control this timer of Node.js.
	jest.spyOn(ClientRequest.prototype, 'setTimeout').mockImplementation(function (
		this: ClientRequest,
		timeout: number,
		callback?: () => void,
	) {
		if (callback) this.once('timeout', callback);
		setTimeout(() => this.emit('timeout'), timeout);
		return this;
	});
});

afterEach(async () => {
	passed = performance.now() + MINUTE;
	jest.useRealTimers();
	jest.restoreAllMocks();
	unsubscribe('http.client.request.start', noteRequest);
	await target.close();
});

function signatureOf(path = ''): string {
	return new URL(path, 'http://target').searchParams.get('msg_signature') ?? '';
}

/** Lets time pass until a moment, and the network work meanwhile. */
async function passUntil(moment: number): Promise<void> {
	while (Date.now() < moment) await step();
}

async function step(): Promise<void> {
	await jest.advanceTimersByTimeAsync(STEP);
	for (let turn = 0; turn < TURNS; turn++) await nextTurn();
}

/** Lets time pass until some work is done. */
async function passWhile(work: Promise<unknown>): Promise<void> {
	let isDone = false;
	void work.finally(() => (isDone = true));
	while (!isDone) await step();
	await work;
}

/** WeChat pushes every 30 seconds, and each push is answered in time. */
async function pushFor(duration: number): Promise<void> {
	const start = Date.now();
	for (let at = 0; at < duration; at += INTERVAL) {
		await passUntil(start + at);
		const pushed = world.controls.push(`notify_${pushes.length}`);
		await passWhile(pushed);
		expect((await pushed).answers.map(({ body }) => body)).toEqual(['success']);
	}
	await passUntil(start + duration);
}

/** The number of a push, counted from 0. */
const numberOf = (signature: string) => pushes.findIndex(({ push }) => push === signature);
const sentPushes = () => requests.map(({ push }) => numberOf(push));
const takenPushes = () => target.taken.map(numberOf);
const from = (first: number) => pushes.map((_, n) => n).slice(first);

describe.each(OUTAGES)('A server that %s for 75 minutes', (_, behavior) => {
	beforeEach(async () => await target.become(behavior));

	it('A server that is down is tried once a minute with the oldest push, and later gets each push of the last hour once', async () => {
		await pushFor(HOUR);
		expect(pushes).toHaveLength(120);
		expect(requests.length).toBeLessThanOrEqual(61);
		const gaps = requests.slice(1).map(({ at }, n) => at - requests[n].at);
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MINUTE);
		// If a push comes a little too early, the trigger tries again with the next one.
		expect(Math.max(...gaps)).toBeLessThan(MINUTE + 2 * INTERVAL);
		// No push is an hour old yet.
		expect(new Set(sentPushes())).toEqual(new Set([0]));

		await pushFor(15 * MINUTE);
		await target.become(TAKES);
		const soonTooOld = Date.now() - HOUR + 3 * MINUTE;
		await pushFor(5 * MINUTE);
		const taken = takenPushes();
		expect(taken).toEqual(from(taken[0]));
		expect(pushes[taken[0]].at).toBeLessThan(soonTooOld);
		const ages = requests.map(({ push, at }) => at - pushes[numberOf(push)].at);
		expect(Math.max(...ages)).toBeLessThan(HOUR + SECOND);
	});
});

describe('Servers that answer', () => {
	it.each([400, 401, 404, 413])(
		'A server that answers HTTP %i gets the next push at once, and the refused one never again',
		async (status) => {
			await target.become(withStatus(status));
			await pushFor(3 * INTERVAL);
			await target.become(TAKES);
			await pushFor(5 * MINUTE);
			expect(sentPushes()).toEqual(from(0));
			expect(takenPushes()).toEqual(from(3));
		},
	);

	it('A slow server gets one push at a time, in order', async () => {
		let atOnce = 0;
		let mostAtOnce = 0;
		await target.become((response) => {
			mostAtOnce = Math.max(mostAtOnce, ++atOnce);
			setTimeout(() => {
				atOnce--;
				TAKES(response);
			}, 2 * SECOND);
		});
		for (let n = 0; n < 10; n++) await passWhile(world.controls.push(`quick_${n}`));
		await passUntil(Date.now() + MINUTE);
		expect(mostAtOnce).toBe(1);
		expect(takenPushes()).toEqual(from(0));
	});
});
