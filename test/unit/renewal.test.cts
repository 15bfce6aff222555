import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { CredentialToken, PastedToken } from '../../nodes/tokens/credentialToken';
import { TOKEN_SERVICE, tokenServiceOrigin } from '../../nodes/tokens/tokenService';
import { Transport, type WeChatRequest } from '../../nodes/calls/transport';
import { notSent, type Reply } from '../../nodes/wechat/reply';
import { answered, NO_ANSWER } from './fakes.cts';

const OK = answered(0);
const REPLACED = answered(40001);
const REQUEST: WeChatRequest = { baseUrl: 'http://127.0.0.1', api: 'wxamplink', body: {} };
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const CREDENTIALS: ICredentialDataDecryptedObject = {
	tokenSource: 'tokenService',
	tokenServiceUrl: 'https://tokens.example.com/a',
	apiBaseUrl: 'http://127.0.0.1',
};

/** The credential with a token that an earlier run has kept. */
function keptWith(token: string, storedRenewAt = 0): ICredentialDataDecryptedObject {
	return {
		...CREDENTIALS,
		authorizerAccessToken: token,
		storedRenewAt,
		storedOrigin: tokenServiceOrigin(CREDENTIALS),
	};
}

/** WeChat, n8n's renewal and the token service in one. */
class FakeTransport extends Transport {
	/** Tokens of the calls, in their order. */
	readonly used: string[] = [];
	renewals = 0;
	/** The credential as n8n keeps it after a renewal. */
	kept: ICredentialDataDecryptedObject | undefined;
	/** What the service hands out next, or why it does not. */
	next: () => string | Reply = () => `new${this.renewals}`;

	constructor(
		private readonly reply: (token: string) => Reply,
		signal?: AbortSignal,
	) {
		super({} as IExecuteFunctions, 1000, signal);
	}

	override async send(_: WeChatRequest, token: string): Promise<Reply> {
		this.used.push(token);
		await Promise.resolve();
		return this.reply(token);
	}

	override async sendRenewed(
		request: WeChatRequest,
		_: string,
		credentials: ICredentialDataDecryptedObject,
		field: string,
	): Promise<Reply> {
		this.renewals++;
		await Promise.resolve();
		const token = this.next();
		if (typeof token !== 'string') return token;
		this.kept = { ...keptWith(token), [field]: token };
		Object.assign(credentials, this.kept);
		return await this.send(request, token);
	}
}

/** WeChat takes only these tokens. */
const taking =
	(...valid: string[]) =>
	(token: string) =>
		valid.includes(token) ? OK : REPLACED;

/** @param later the credential when it is read anew */
function sourceOf(
	transport: FakeTransport,
	atStart: ICredentialDataDecryptedObject,
	later = () => transport.kept ?? atStart,
) {
	return new CredentialToken(
		TOKEN_SERVICE,
		atStart,
		async () => await Promise.resolve({ ...later() }),
	);
}

/** The last replies to so many requests at once. */
async function sendMany(source: CredentialToken, transport: Transport, count: number) {
	const work = Promise.all(
		Array.from({ length: count }, async () => await source.send(transport, REQUEST)),
	);
	await jest.runAllTimersAsync();
	return await work;
}

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

describe('a pasted token', () => {
	it('is used as it is, also when it is rejected', async () => {
		const transport = new FakeTransport(taking());
		const replies = await new PastedToken('T').send(transport, REQUEST);
		expect(replies).toEqual([REPLACED]);
		expect(transport).toMatchObject({ used: ['T'], renewals: 0 });
	});
});

describe('a token of a token service', () => {
	it('is fetched once for many items at once', async () => {
		const transport = new FakeTransport(taking('new1'));
		const replies = await sendMany(sourceOf(transport, CREDENTIALS), transport, 50);
		expect(replies).toEqual(Array.from({ length: 50 }, () => [OK]));
		expect(transport.renewals).toBe(1);
		expect(transport.used).toHaveLength(50);
	});

	it('is not fetched when the credential has one', async () => {
		const transport = new FakeTransport(taking('kept'));
		await sendMany(sourceOf(transport, keptWith('kept')), transport, 3);
		expect(transport).toMatchObject({ renewals: 0, used: ['kept', 'kept', 'kept'] });
	});

	it('is renewed once for all items it was rejected for', async () => {
		const transport = new FakeTransport(taking('new1'));
		const replies = await sendMany(sourceOf(transport, keptWith('old')), transport, 50);
		for (const reply of replies) expect(reply).toEqual([REPLACED, OK]);
		expect(transport.renewals).toBe(1);
	});

	it.each([40001, 40014, 42001])('is renewed after %i', async (errcode) => {
		const transport = new FakeTransport((token) => (token === 'new1' ? OK : answered(errcode)));
		const [replies] = await sendMany(sourceOf(transport, keptWith('old')), transport, 1);
		expect(replies.map((reply) => reply.errcode)).toEqual([errcode, 0]);
	});

	it.each([-1, 48001, 61003, 61004, 61007, 61015, 50002, 89010])(
		'is not renewed after %i',
		async (errcode) => {
			const transport = new FakeTransport(() => answered(errcode));
			await sendMany(sourceOf(transport, keptWith('old')), transport, 3);
			expect(transport.renewals).toBe(0);
		},
	);

	it('is not renewed when no answer came', async () => {
		const transport = new FakeTransport(() => NO_ANSWER);
		expect(await sendMany(sourceOf(transport, keptWith('old')), transport, 1)).toEqual([
			[NO_ANSWER],
		]);
		expect(transport.renewals).toBe(0);
	});

	it('is renewed a second time when WeChat had taken the first new one', async () => {
		let valid = 'new1';
		const transport = new FakeTransport((token) => (token === valid ? OK : REPLACED));
		const source = sourceOf(transport, keptWith('old'));
		await sendMany(source, transport, 10);
		valid = 'new2';
		const replies = await sendMany(source, transport, 10);
		for (const reply of replies) expect(reply.at(-1)).toEqual(OK);
		expect(transport.renewals).toBe(2);
	});

	it('is renewed before its end without a call in vain', async () => {
		const transport = new FakeTransport(taking('new1'));
		await sendMany(sourceOf(transport, keptWith('old', NOW)), transport, 5);
		expect(transport.renewals).toBe(1);
		expect(transport.used).not.toContain('old');
	});

	it('is used until its renewal is due', async () => {
		const transport = new FakeTransport(taking('kept'));
		await sendMany(sourceOf(transport, keptWith('kept', NOW + 1)), transport, 1);
		expect(transport).toMatchObject({ renewals: 0, used: ['kept'] });
	});

	it('is not taken from a credential that now names another service', async () => {
		const transport = new FakeTransport(taking('new1'));
		const edited = { ...keptWith('kept'), tokenServiceUrl: 'https://tokens.example.com/b' };
		await sendMany(sourceOf(transport, edited), transport, 1);
		expect(transport.used).not.toContain('kept');
	});
});

describe('a token that another run has renewed meanwhile', () => {
	it('is taken over without a renewal', async () => {
		const transport = new FakeTransport(taking('theirs'));
		const source = sourceOf(transport, keptWith('old'), () => keptWith('theirs'));
		const replies = await sendMany(source, transport, 20);
		for (const reply of replies) expect(reply).toEqual([REPLACED, OK]);
		expect(transport.renewals).toBe(0);
	});

	it('is renewed when it was rejected, too', async () => {
		const transport = new FakeTransport(taking('new1'));
		const source = sourceOf(transport, keptWith('old'), () => keptWith('theirs'));
		await sendMany(source, transport, 1);
		const replies = await sendMany(source, transport, 5);
		for (const reply of replies) expect(reply.at(-1)).toEqual(OK);
		expect(transport.renewals).toBe(1);
	});
});

describe('a service with the wrong kind of token', () => {
	it('is asked once, however many items there are', async () => {
		const transport = new FakeTransport(taking());
		const source = sourceOf(transport, CREDENTIALS);
		await sendMany(source, transport, 10);
		const replies = await sendMany(source, transport, 40);
		for (const reply of replies) expect(reply).toEqual([REPLACED]);
		expect(transport.renewals).toBeLessThanOrEqual(2);
	});

	it('is asked once more after a kept token was rejected, and no more', async () => {
		const transport = new FakeTransport(taking());
		const source = sourceOf(transport, keptWith('old'));
		await sendMany(source, transport, 10);
		await sendMany(source, transport, 40);
		expect(transport.renewals).toBeLessThanOrEqual(2);
	});
});

describe('a service that gives no token', () => {
	const DOWN = notSent('The token service did not answer', 'retryable', 'Check it');
	const REFUSED = notSent('The token service gave no token', 'authorization', 'Check the header');

	it('is asked three times when it is down, then no more in this run', async () => {
		const transport = new FakeTransport(taking());
		transport.next = () => DOWN;
		const source = sourceOf(transport, CREDENTIALS);
		expect(await sendMany(source, transport, 30)).toEqual(Array.from({ length: 30 }, () => [DOWN]));
		expect(transport.renewals).toBe(3);
		await sendMany(source, transport, 30);
		expect(transport.renewals).toBe(3);
		expect(transport.used).toEqual([]);
	});

	it('is used when it comes back in time', async () => {
		const transport = new FakeTransport(taking('T'));
		transport.next = () => (transport.renewals < 3 ? DOWN : 'T');
		const replies = await sendMany(sourceOf(transport, CREDENTIALS), transport, 30);
		for (const reply of replies) expect(reply).toEqual([OK]);
		expect(transport.renewals).toBe(3);
	});

	it('is asked once when it refuses', async () => {
		const transport = new FakeTransport(taking());
		transport.next = () => REFUSED;
		const source = sourceOf(transport, CREDENTIALS);
		await sendMany(source, transport, 30);
		expect((await sendMany(source, transport, 1))[0]).toEqual([REFUSED]);
		expect(transport.renewals).toBe(1);
	});

	it('is not asked again once the run was stopped', async () => {
		const stop = new AbortController();
		const transport = new FakeTransport(taking(), stop.signal);
		transport.next = () => {
			stop.abort();
			return DOWN;
		};
		await sendMany(sourceOf(transport, CREDENTIALS), transport, 5);
		expect(transport.renewals).toBe(1);
	});
});
