import { waitFor } from '../n8n/waitFor.cts';
import { ProviderServer } from '../provider/server.cts';
import { FastClock } from './fastClock.cts';
import { logged } from './log.cts';
import { QUERY_AUTH, usePlatformWorld } from './platformWorld.cts';
import { SILENT_FOR, startInAnotherProcess, useTrigger } from './trigger.cts';
import { OTHER_OA } from './world.cts';

const URL_SECRET = 'key-canary-4e0b';
/** Nobody listens there. */
const DEAD = 'http://127.0.0.1:1/wechat';
const MINUTE = 60;

const world = usePlatformWorld();
const trigger = useTrigger(world);
const servers: ProviderServer[] = [];
let clock: FastClock;

beforeEach(async () => {
	clock = new FastClock();
	await world.controls.addAccount({ appId: OTHER_OA, status: 'none' });
});

afterEach(async () => {
	jest.restoreAllMocks();
	await Promise.all(servers.splice(0).map(async (server) => await server.close()));
});

/** The provider's own server, which has the values of the platform. */
async function startServer(port?: number): Promise<ProviderServer> {
	const server = new ProviderServer(await world.controls.platform(), world.url);
	await server.start(port);
	servers.push(server);
	return server;
}

/** A server that was away when a merchant authorized. Returns where it is to be found later. */
async function missOne(): Promise<string> {
	const server = await startServer();
	const { pushUrl } = server;
	await server.close();
	servers.pop();
	forwardTo(pushUrl);
	await authorize();
	await isLogged(`line 1 (${new URL(pushUrl).host})`);
	return pushUrl;
}

/** It tries no more, and leaves what it has kept as it is. */
async function firstProcessEnds(): Promise<void> {
	trigger.parameters = {};
	await world.controls.pushTicket();
	const ask = async () => (stored().includes('"isStarted":false') ? null : true);
	await waitFor(ask, { what: 'its last notes', timeoutMs: 20_000, intervalMs: 10 });
}

const startAgainAt = async (url: string) => await startServer(Number(new URL(url).port));

const forwardTo = (...urls: string[]) => {
	trigger.parameters = { forwardTo: urls.join('\n') };
};

const arrived = async (server: ProviderServer, count: number) => {
	const ask = async () => (server.pushes.length >= count ? true : null);
	await waitFor(ask, { what: `${count} pushes`, timeoutMs: 20_000, intervalMs: 10 });
	return server.pushes.map(({ infoType }) => infoType);
};

const isLogged = async (text: string) => {
	const ask = async () => logged.find((line) => line.includes(text)) ?? null;
	return await waitFor(ask, { what: `"${text}" in the log`, timeoutMs: 20_000, intervalMs: 10 });
};

const authorize = async () => await world.controls.authorize({ account: OTHER_OA });
const stored = () => String(trigger.credential.receivedPushes);

describe('a push that is forwarded', () => {
	it('reaches every server, whatever it is, as WeChat signed and encrypted it', async () => {
		const [first, second] = [await startServer(), await startServer()];
		forwardTo(first.pushUrl, '', `${second.pushUrl}?key=${URL_SECRET}`);
		await world.controls.pushTicket();
		await authorize();
		await world.controls.withdraw(OTHER_OA);
		await world.controls.pushRaw({ message: '<xml><InfoType>notify_new</InfoType></xml>' });
		for (const server of [first, second]) {
			expect(await arrived(server, 4)).toEqual([
				'component_verify_ticket',
				'authorized',
				'unauthorized',
				'notify_new',
			]);
			expect(server.refused).toBe(0);
			expect(server.tokens.ticket).toBe(await world.controls.lastTicket());
		}
		expect(second.pushes[0].query).toBe(`key=${URL_SECRET}&${first.pushes[0].query}`);
		expect(first.pushes[0].query).toMatch(/^signature=.*encrypt_type=aes/);
		expect(second.pushes.map(({ body }) => body)).toEqual(first.pushes.map(({ body }) => body));
	});

	it('goes on once, however often WeChat repeats it', async () => {
		const server = await startServer();
		forwardTo(server.pushUrl);
		const { push } = await authorize();
		await world.controls.repeatPush(push.sequence);
		await world.controls.pushTicket();
		expect(await arrived(server, 2)).toEqual(['authorized', 'component_verify_ticket']);
	});

	it('is one that was verified, and no other', async () => {
		const server = await startServer();
		forwardTo(server.pushUrl);
		await world.controls.pushRaw({ flaw: 'wrongSignature' });
		await world.controls.pushTicket();
		expect(await arrived(server, 1)).toEqual(['component_verify_ticket']);
	});

	it('is kept nowhere once all have it', async () => {
		const server = await startServer();
		forwardTo(server.pushUrl);
		await authorize();
		await arrived(server, 1);
		const ask = async () => (stored().includes('raw') ? null : true);
		await waitFor(ask, { what: 'the push to be dropped', timeoutMs: 20_000, intervalMs: 10 });
	});
});

describe('Forward Events', () => {
	const forwardOnly = (server: ProviderServer, ...forwardEvents: string[]) => {
		trigger.parameters = { forwardTo: server.pushUrl, additionalFields: { forwardEvents } };
	};
	const all = async () => {
		await world.controls.pushTicket();
		await authorize();
		await world.controls.reauthorize({ account: OTHER_OA, permissionSets: [33] });
		await world.controls.withdraw(OTHER_OA);
		await world.controls.push('notify_new');
	};

	it.each([
		['ticket', 'component_verify_ticket'],
		['authorized', 'authorized'],
		['updateauthorized', 'updateauthorized'],
		['unauthorized', 'unauthorized'],
		['other', 'notify_new'],
	])('has only %s go on where that alone is chosen', async (kind, infoType) => {
		const server = await startServer();
		forwardOnly(server, kind);
		await all();
		await world.controls.push('notify_new', { last: 1 });
		await trigger.settle();
		forwardTo(server.pushUrl);
		await world.controls.push('notify_end');
		const more = kind === 'other' ? ['notify_new'] : [];
		expect(await arrived(server, 2 + more.length)).toEqual([infoType, ...more, 'notify_end']);
	});

	it('has none go on where none is chosen', async () => {
		const server = await startServer();
		forwardOnly(server);
		await all();
		await trigger.settle();
		forwardTo(server.pushUrl);
		await world.controls.push('notify_end');
		expect(await arrived(server, 1)).toEqual(['notify_end']);
	});

	it('has all go on with other options, and without any', async () => {
		const server = await startServer();
		trigger.parameters = { forwardTo: server.pushUrl, additionalFields: { hintLanguage: 'en' } };
		await all();
		expect(await arrived(server, 5)).toHaveLength(5);
	});

	it('leaves a server without codes that would make tokens of them', async () => {
		const server = await startServer();
		forwardOnly(server, 'ticket', 'unauthorized');
		await all();
		await arrived(server, 2);
		expect(server.pushes.map(({ infoType }) => infoType)).toEqual([
			'component_verify_ticket',
			'unauthorized',
		]);
	});

	it('brings what was missed also with a push that does not go on itself', async () => {
		const pushUrl = await missOne();
		clock.advance(10 * MINUTE);
		const again = await startAgainAt(pushUrl);
		trigger.parameters = {
			forwardTo: pushUrl,
			additionalFields: { forwardEvents: ['authorized'] },
		};
		await world.controls.pushTicket();
		expect(await arrived(again, 1)).toEqual(['authorized']);
	});

	it('keeps back what was missed and is no longer to go on', async () => {
		const pushUrl = await missOne();
		clock.advance(10 * MINUTE);
		const again = await startAgainAt(pushUrl);
		trigger.parameters = { forwardTo: pushUrl, additionalFields: { forwardEvents: ['ticket'] } };
		await world.controls.pushTicket();
		expect(await arrived(again, 1)).toEqual(['component_verify_ticket']);
	});
});

describe('a server that does not take a push', () => {
	it('delays no answer to WeChat, whether it is dead or slow', async () => {
		const slow = await startServer();
		slow.answer = { status: 200, afterMs: 3000 };
		forwardTo(DEAD, slow.pushUrl);
		const { push } = await authorize();
		expect(push.answers.map(({ body }) => body)).toEqual(['success']);
		expect(push.answers[0].ms).toBeLessThan(slow.answer.afterMs);
		expect(await arrived(slow, 1)).toEqual(['authorized']);
		await isLogged('line 2');
	});

	it('is named in the log with the answer, without what its URL holds', async () => {
		const server = await startServer();
		server.answer = { status: 500, afterMs: 0 };
		// An address that did not answer is left alone for a minute, also where this test runs again.
		forwardTo(`${DEAD}/${URL_SECRET}/${Date.now()}`, `${server.pushUrl}?key=${URL_SECRET}`);
		await world.controls.pushTicket();
		expect(await isLogged('line 1')).toMatch(/warn: .*127\.0\.0\.1:1.*no answer; it is sent again/);
		expect(await isLogged('line 2')).toMatch(/warn: .*HTTP 500; it is sent again/);
		expect(logged.join('\n')).not.toContain(URL_SECRET);
		expect(logged.join('\n')).not.toContain(await world.controls.lastTicket());
	});

	it.each([
		[200, 'error', /info: .*HTTP 200/],
		[301, 'success', /warn: .*HTTP 301 and is not sent again/],
		[404, 'success', /warn: .*HTTP 404 and is not sent again/],
	])('and answers %i %s is sent it once', async (status, text, line) => {
		const server = await startServer();
		server.answer = { status, text, afterMs: 0 };
		forwardTo(server.pushUrl);
		await authorize();
		// What earlier tests have left waiting is logged as well.
		expect(await isLogged(`line 1 (${new URL(server.url).host})`)).toMatch(line);
		await world.controls.push('notify_new');
		expect(await arrived(server, 2)).toEqual(['authorized', 'notify_new']);
	});

	it('gets it with a later push, before the newer one', async () => {
		const pushUrl = await missOne();
		await world.controls.withdraw(OTHER_OA);

		clock.advance(10 * MINUTE);
		const again = await startAgainAt(pushUrl);
		await world.controls.pushTicket();
		expect(await arrived(again, 3)).toEqual([
			'authorized',
			'unauthorized',
			'component_verify_ticket',
		]);
		clock.advance(10 * MINUTE);
		await world.controls.pushTicket();
		expect(await arrived(again, 4)).toHaveLength(4);
	});

	it('is sent the newest ticket alone, and none is kept', async () => {
		const server = await startServer();
		const { pushUrl } = server;
		await server.close();
		servers.pop();
		forwardTo(pushUrl);
		await world.controls.pushTicket();
		await isLogged('it is sent again');
		await world.controls.pushTicket();
		expect(stored()).not.toContain('raw');
		const again = await startAgainAt(pushUrl);
		expect(await arrived(again, 1)).toEqual(['component_verify_ticket']);
		expect(again.tokens.ticket).toBe(await world.controls.lastTicket());
	});

	it('is no longer tried after an hour', async () => {
		const server = await startServer();
		server.answer = { status: 500, afterMs: 0 };
		forwardTo(server.pushUrl);
		await authorize();
		await isLogged(`line 1 (${new URL(server.url).host})`);
		clock.advance(61 * MINUTE);
		server.answer = { status: 200, afterMs: 0 };
		server.pushes.length = 0;
		await world.controls.pushTicket();
		expect(await arrived(server, 1)).toEqual(['component_verify_ticket']);
		expect(server.pushes).toHaveLength(1);
	});

	it('keeps the others from nothing', async () => {
		const server = await startServer();
		forwardTo(DEAD, server.pushUrl);
		for (let n = 0; n < 3; n++) await world.controls.pushTicket();
		expect(await arrived(server, 3)).toHaveLength(3);
	});

	it('is tried again by the next process, where the first one has ended', async () => {
		const pushUrl = await missOne();
		const { parameters } = trigger;
		await firstProcessEnds();

		const next = await startInAnotherProcess(world, parameters);
		const again = await startAgainAt(pushUrl);
		clock.advance(MINUTE + 1);
		await world.controls.setEventUrl(next.url);
		await world.controls.pushTicket();
		// Nobody knows yet whether the first process still tries.
		expect(await arrived(again, 1)).toEqual(['component_verify_ticket']);
		clock.advance(5 * MINUTE);
		again.pushes.length = 0;
		await world.controls.pushTicket();
		expect(await arrived(again, 2)).toEqual(['authorized', 'component_verify_ticket']);
		await next.close();
	});

	it('hears of a merchant from the process that takes its push up in place of one that has ended', async () => {
		// As little is heard of a process that hangs as of one that has ended.
		await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: 4000, times: 1 });
		const pushUrl = await missOne();
		const next = await startInAnotherProcess(world, trigger.parameters);
		trigger.parameters = {};
		await world.controls.pushTicket();
		const again = await startAgainAt(pushUrl);
		await world.controls.setEventUrl(next.url);
		// What the first one has noted last is a sign of life.
		for (let n = 0; n < 3; n++) {
			await world.controls.pushTicket();
			clock.advance(SILENT_FOR);
			await next.settle();
		}
		expect(await arrived(again, 4)).toContain('authorized');
		await next.close();
	});
});

describe('Forward To', () => {
	it('never makes a loop, neither by itself nor by way of another server', async () => {
		const server = await startServer();
		server.forwardTo = trigger.url;
		forwardTo(trigger.productionUrl, trigger.url, server.pushUrl);
		await world.controls.pushTicket();
		await authorize();
		await arrived(server, 2);
		await world.controls.pushTicket();
		expect(await arrived(server, 3)).toHaveLength(3);
		expect(logged.join('\n')).toContain("Forward To, line 1: it is this trigger's own URL");
	});

	it.each(['platform.example.com/wechat', 'ftp://example.com', 'https://', 'a b'])(
		'names the line that is no URL, such as %j, and goes on with the others',
		async (line) => {
			const server = await startServer();
			forwardTo(server.pushUrl, line);
			await world.controls.pushTicket();
			expect(await arrived(server, 1)).toHaveLength(1);
			expect(await isLogged('is not a URL')).toContain('line 2');
			await expect(trigger.activate('manual')).rejects.toThrow('Forward To, line 2');
			expect(await trigger.activate('activate')).toBe(true);
		},
	);
});
