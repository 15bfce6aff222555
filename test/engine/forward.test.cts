import { waitFor } from '../n8n/waitFor.cts';
import { ProviderServer } from '../provider/server.cts';
import { FastClock } from './fastClock.cts';
import { logged } from './log.cts';
import { QUERY_AUTH, usePlatformWorld } from './platformWorld.cts';
import { SILENT_FOR, startInAnotherProcess, useTrigger } from './trigger.cts';
import { OTHER_OA } from './world.cts';

const URL_SECRET = 'key-canary-4e0b';
/** An address at which nothing listens. */
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

/** The provider's own server, which has the platform's values. */
async function startServer(port?: number): Promise<ProviderServer> {
	const server = new ProviderServer(await world.controls.platform(), world.url);
	await server.start(port);
	servers.push(server);
	return server;
}

/** A server that is down when a merchant authorizes. Returns the address that it has later. */
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

/** As if the first process had ended, it makes no more tries, and the credential keeps its pushes. */
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

describe('Forwarded pushes', () => {
	it('A push of any kind reaches every server as WeChat signed and encrypted it', async () => {
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

	it('A push is forwarded once, however often WeChat repeats it', async () => {
		const server = await startServer();
		forwardTo(server.pushUrl);
		const { push } = await authorize();
		await world.controls.repeatPush(push.sequence);
		await world.controls.pushTicket();
		expect(await arrived(server, 2)).toEqual(['authorized', 'component_verify_ticket']);
	});

	it('Only verified pushes are forwarded', async () => {
		const server = await startServer();
		forwardTo(server.pushUrl);
		await world.controls.pushRaw({ flaw: 'wrongSignature' });
		await world.controls.pushTicket();
		expect(await arrived(server, 1)).toEqual(['component_verify_ticket']);
	});

	it('A push is no longer kept once all servers have it', async () => {
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
	])('Only %s is forwarded if Forward Events names nothing else', async (kind, infoType) => {
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

	it('Nothing is forwarded if Forward Events is empty', async () => {
		const server = await startServer();
		forwardOnly(server);
		await all();
		await trigger.settle();
		forwardTo(server.pushUrl);
		await world.controls.push('notify_end');
		expect(await arrived(server, 1)).toEqual(['notify_end']);
	});

	it('All pushes are forwarded without Forward Events', async () => {
		const server = await startServer();
		trigger.parameters = { forwardTo: server.pushUrl, additionalFields: { hintLanguage: 'en' } };
		await all();
		expect(await arrived(server, 5)).toHaveLength(5);
	});

	it('Forward Events can keep all codes from a server that would otherwise make tokens', async () => {
		const server = await startServer();
		forwardOnly(server, 'ticket', 'unauthorized');
		await all();
		await arrived(server, 2);
		expect(server.pushes.map(({ infoType }) => infoType)).toEqual([
			'component_verify_ticket',
			'unauthorized',
		]);
	});

	it('A missed push is forwarded with the next push, even if that is not forwarded itself', async () => {
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

	it('A missed push is not forwarded if Forward Events no longer includes it', async () => {
		const pushUrl = await missOne();
		clock.advance(10 * MINUTE);
		const again = await startAgainAt(pushUrl);
		trigger.parameters = { forwardTo: pushUrl, additionalFields: { forwardEvents: ['ticket'] } };
		await world.controls.pushTicket();
		expect(await arrived(again, 1)).toEqual(['component_verify_ticket']);
	});
});

describe('Servers that do not take a push', () => {
	it('A dead or slow server does not delay the answer to WeChat', async () => {
		const slow = await startServer();
		slow.answer = { status: 200, afterMs: 3000 };
		forwardTo(DEAD, slow.pushUrl);
		const { push } = await authorize();
		expect(push.answers.map(({ body }) => body)).toEqual(['success']);
		expect(push.answers[0].ms).toBeLessThan(slow.answer.afterMs);
		expect(await arrived(slow, 1)).toEqual(['authorized']);
		await isLogged('line 2');
	});

	it('The log names a server that fails and its answer, but not its URL', async () => {
		const server = await startServer();
		server.answer = { status: 500, afterMs: 0 };
		// A silent address is left alone for a minute, so each run of this test needs a new one.
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
	])('A server that answers %i %s gets the push once', async (status, text, line) => {
		const server = await startServer();
		server.answer = { status, text, afterMs: 0 };
		forwardTo(server.pushUrl);
		await authorize();
		// The log also names what earlier tests have left waiting.
		expect(await isLogged(`line 1 (${new URL(server.url).host})`)).toMatch(line);
		await world.controls.push('notify_new');
		expect(await arrived(server, 2)).toEqual(['authorized', 'notify_new']);
	});

	it('A server that was down gets a missed push before the newer ones', async () => {
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

	it('A server that was down gets only the newest ticket, and none is kept', async () => {
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

	it('A push is no longer forwarded after an hour', async () => {
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

	it('A server that is down does not affect the others', async () => {
		const server = await startServer();
		forwardTo(DEAD, server.pushUrl);
		for (let n = 0; n < 3; n++) await world.controls.pushTicket();
		expect(await arrived(server, 3)).toHaveLength(3);
	});

	it('A push that was not forwarded is forwarded by the next process after the first one has ended', async () => {
		const pushUrl = await missOne();
		const { parameters } = trigger;
		await firstProcessEnds();

		const next = await startInAnotherProcess(world, parameters);
		const again = await startAgainAt(pushUrl);
		clock.advance(MINUTE + 1);
		await world.controls.setEventUrl(next.url);
		await world.controls.pushTicket();
		// The first process may still be trying.
		expect(await arrived(again, 1)).toEqual(['component_verify_ticket']);
		clock.advance(5 * MINUTE);
		again.pushes.length = 0;
		await world.controls.pushTicket();
		expect(await arrived(again, 2)).toEqual(['authorized', 'component_verify_ticket']);
		await next.close();
	});

	it('A process that takes up a push of another one also forwards it', async () => {
		// A process that hangs looks like one that has ended.
		await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: 4000, times: 1 });
		const pushUrl = await missOne();
		const next = await startInAnotherProcess(world, trigger.parameters);
		trigger.parameters = {};
		await world.controls.pushTicket();
		const again = await startAgainAt(pushUrl);
		await world.controls.setEventUrl(next.url);
		// The last note of the first process counts as a sign of life.
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
	it('Forwarding never causes a loop, either directly or through another server', async () => {
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

	it('The log names a line that is not a URL, and the other lines still work', async () => {
		const server = await startServer();
		forwardTo(server.pushUrl, 'platform.example.com/wechat');
		await world.controls.pushTicket();
		expect(await arrived(server, 1)).toHaveLength(1);
		expect(await isLogged('is not a URL')).toContain('line 2');
		await expect(trigger.activate('manual')).rejects.toThrow('Forward To, line 2');
		expect(await trigger.activate('activate')).toBe(true);
	});
});
