import { Socket } from 'node:net';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { inAnotherProcess } from './anotherProcess.cts';
import { inInputOrder } from './engine.cts';
import { logged } from './log.cts';
import { ACCOUNTS, MINT_COMPONENT, QUERY_AUTH, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { letSecondsPass, letTimeFly } from './uptime.cts';
import { LINK, LIST, mp, mpItems, OA, OTHER_OA, sizesOf, withOptions } from './world.cts';

const TEN_MINUTES = 10 * 60 + 1;
const FALLBACK = 'Fallback API Base URL';

const world = usePlatformWorld();

const change = (fields: ICredentialDataDecryptedObject): void => {
	world.credential = { ...world.credential, ...fields };
};

const itemsFor = (accounts: string[], count: number): IDataObject[] =>
	mpItems(count).map((item, n) => ({ ...item, account: accounts[n % accounts.length] }));

/** The hosts of the calls that WeChat carried out. */
async function hostsOf(path: string): Promise<string[]> {
	const calls = await world.controls.calls({ path });
	return calls.filter(({ carriedOut }) => carriedOut).map(({ host = 'first' }) => host);
}

beforeEach(() => {
	logged.length = 0;
	change({ fallbackApiBaseUrl: `${world.secondUrl}/` });
});

describe.each(['refuses', 'resets', 'hangs'] as const)('API Base URL %s', (outage) => {
	it(`While API Base URL ${outage}, 1,000 links all go to the fallback, each once, and ten minutes later to API Base URL again`, async () => {
		const { controls } = world;
		const accounts = await controls.addAccounts(10);
		expect(sizesOf(await world.run({ accounts, operation: 'getStatus' }))[2]).toBe(10);
		await controls.setOutage('first', outage);
		const run = await world.run({
			items: itemsFor(accounts, 1000),
			// Only a hanging host needs a short timeout: a busy machine may need more than a second to answer.
			parameters: withOptions(outage === 'hangs' ? { timeout: 3000 } : {}),
		});
		expect(sizesOf(run)).toEqual([1000, 0, 0, 0, 0, 0, 0]);
		for (const { outcome, hint } of inInputOrder(run.outputs)) {
			expect(outcome).toBe('invitationSent');
			expect(hint).toContain(`(${FALLBACK})`);
		}
		const sent = await controls.calls({ path: LINK });
		const carriedOut = sent.filter((call) => call.carriedOut);
		expect(carriedOut.map(({ host }) => host)).toEqual(Array(1000).fill('second'));
		const invited = carriedOut.map(({ miniProgramAppId }) => String(miniProgramAppId));
		expect(invited.sort()).toEqual(
			mpItems(1000)
				.map(({ appId }) => String(appId))
				.sort(),
		);
		expect(logged).toEqual([expect.stringMatching(/^warn: WeChat API: .* For ten minutes/)]);

		await controls.setOutage('first', null);
		letSecondsPass(TEN_MINUTES);
		const again = await world.result({ items: [{ account: OA, appId: mp(1000) }] });
		expect(again).toMatchObject({ outcome: 'invitationSent', attempts: 1 });
		expect(again.hint).not.toContain(FALLBACK);
		expect((await hostsOf(LINK)).at(-1)).toBe('first');
		expect(logged.slice(1)).toEqual([expect.stringMatching(/^info: .* after ten minutes$/)]);
	}, 120_000);

	it(`While API Base URL ${outage}, tokens are made at the fallback, and are later used at API Base URL`, async () => {
		const { controls } = world;
		// With a fast clock, a busy machine is too slow to keep its turn.
		letTimeFly(1);
		const accounts = await controls.addAccounts(10);
		await controls.setOutage('first', outage);
		expect(sizesOf(await world.run({ accounts }))[0]).toBe(10);
		const made = { component: 1, authorizer: 10, link: 10 };
		expect(await world.counts()).toEqual(made);
		expect(await hostsOf(MINT_COMPONENT)).toEqual(['second']);

		await controls.setOutage('first', null);
		letSecondsPass(TEN_MINUTES);
		expect(sizesOf(await world.run({ accounts, operation: 'getStatus' }))[1]).toBe(10);
		expect(await world.counts()).toEqual(made);
		expect(new Set(await hostsOf(LIST))).toEqual(new Set(['first']));
	}, 120_000);
});

describe('Outages', () => {
	beforeEach(async () => {
		await world.run({ operation: 'getStatus' });
		await world.controls.setOutage('first', 'refuses');
	});

	it('A single item is sent to the fallback after its last try, in each process and for each operation', async () => {
		const found = await world.result({ operation: 'getStatus' });
		expect(found).toMatchObject({ outcome: 'notLinked', attempts: 4 });
		expect(found.hint).toContain(`(${FALLBACK})`);
		const nodeType = inAnotherProcess();
		expect(await world.result({ nodeType })).toMatchObject({
			outcome: 'invitationSent',
			attempts: 4,
		});
	});

	it('A refusal by the fallback says where it came from', async () => {
		await world.controls.answerWith({ path: LINK }, { errcode: 89009 });
		const { hint } = await world.result({ parameters: withOptions({ hintLanguage: 'zh-CN' }) });
		expect(hint).toMatch(/没有回答，本次调用发往 .*（Fallback API Base URL）。$/);
	});

	it("Accounts are listed by the fallback, and merchants still open WeChat's pages", async () => {
		const listed = await world.runForPlatform('getMany');
		expect(listed.outputs[0]).toHaveLength(1);
		expect((await hostsOf(ACCOUNTS)).at(-1)).toBe('second');
		const { outputs } = await world.runForPlatform('createAuthorizationUrl', {
			parameters: { redirectUrl: 'https://merchants.example.com/' },
		});
		expect(outputs[0][0].json.computerUrl).toContain(`${world.url}/`);
	});

	it('Check Setup is ok with the fallback, and says where its calls went', async () => {
		world.ticketCame(3);
		const { credential, componentToken, ipWhitelist } = await world.checkSetup();
		expect([credential.status, componentToken.status]).toEqual(['ok', 'ok']);
		expect(ipWhitelist).toMatchObject({
			status: 'ok',
			detail: expect.stringContaining('The fallback accepted the call'),
			hint: expect.stringContaining(new URL(world.secondUrl).host),
		});
	});

	it('Items go to Retry Later while the fallback refuses connections, too, until one host answers', async () => {
		await world.controls.setOutage('second', 'refuses');
		const run = await world.run({ items: itemsFor([OA], 30) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 30, 0]);
		expect(logged).toHaveLength(2);
		const told = JSON.stringify([logged, run.outputs]);
		const secrets = await world.controls.secrets();
		expect(secrets.filter((secret) => told.includes(secret))).toStrictEqual([]);
		await world.controls.setOutage('first', null);
		expect(sizesOf(await world.run({ items: itemsFor([OA], 30) }))[0]).toBe(30);
	});

	it('A fallback that is not WeChat is named, and calls go to API Base URL again', async () => {
		await world.controls.setOutage('second', 'page');
		const { category, whoActs, hint, attempts } = await world.result();
		expect([category, whoActs, attempts]).toEqual(['retryLater', 'operator', 4]);
		expect(hint).toMatch(/a page: "Welcome"\. .*\(Fallback API Base URL\)\.$/);
		for (let runs = 0; runs < 2; runs++) await world.run();
		await world.controls.setOutage('first', null);
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 1 });
	});

	it.each([
		['is empty', () => ''],
		['is the same', () => `${world.url}/`],
		['is no URL', () => 'api2.weixin.qq.com'],
	])('A fallback that %s changes nothing', async (_, fallback) => {
		change({ fallbackApiBaseUrl: fallback() });
		expect(await world.result()).toMatchObject({ category: 'retryLater', attempts: 3 });
		expect(logged).toStrictEqual([]);
		await world.controls.setOutage('first', null);
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 1 });
	});
});

it('A fallback that is not a URL is reported by Check Setup and stops no call', async () => {
	change({ fallbackApiBaseUrl: 'api2.weixin.qq.com' });
	world.ticketCame(3);
	const found = await world.checkSetup();
	expect(found.credential).toMatchObject({
		status: 'attention',
		detail: expect.stringMatching(/The Fallback API Base URL is not a URL$/),
		hint: expect.stringContaining('Correct Fallback API Base URL'),
	});
	const others = Object.values(found).filter(({ check }) => check !== 'credential');
	expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['ok']));
});

describe('Hosts', () => {
	/** The hosts to which the node opened a connection; only connections to this machine succeed. */
	const hosts: string[] = [];
	const { connect } = Socket.prototype as unknown as {
		connect: (this: Socket, ...given: unknown[]) => Socket;
	};

	beforeEach(async () => {
		await world.run({ operation: 'getStatus' });
		hosts.length = 0;
		jest.spyOn(Socket.prototype, 'connect').mockImplementation(function (
			this: Socket,
			...given: unknown[]
		) {
			const [options] = given.flat() as [{ host: string }];
			hosts.push(options.host);
			if (options.host === '127.0.0.1') return connect.apply(this, given);
			const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
			// A later turn, as in Node.js, so that the caller can add its listeners first.
			setImmediate(() => this.destroy(error));
			return this;
		});
	});

	afterEach(() => jest.mocked(Socket.prototype.connect).mockRestore());

	const called = async (fields: ICredentialDataDecryptedObject) => {
		change({ fallbackApiBaseUrl: 'https://api2.weixin.qq.com', ...fields });
		await world.run({ items: itemsFor([OA], 20) });
		return hosts;
	};
	/** The same without this machine, to which a request of the previous run may still be under way. */
	const calledElsewhere = async (fields: ICredentialDataDecryptedObject) =>
		(await called(fields)).filter((host) => host !== '127.0.0.1');

	it('Only the local WeChat is called if it is API Base URL and the fallback is the default', async () => {
		await world.controls.setOutage('first', 'refuses');
		expect([...new Set(await called({}))]).toEqual(['127.0.0.1']);
		const older = { ...world.credential };
		delete older.fallbackApiBaseUrl;
		world.credential = older;
		expect(sizesOf(await world.run({ items: itemsFor([OA], 20) }))[5]).toBe(20);
		expect([...new Set(hosts)]).toEqual(['127.0.0.1']);
	});

	it('Only a proxy is called if it is API Base URL and the fallback is the default', async () => {
		const elsewhere = await calledElsewhere({ apiBaseUrl: 'https://proxy.example.com' });
		expect([...new Set(elsewhere)]).toEqual(['proxy.example.com']);
	});

	it("After three calls to WeChat's host, calls go to api2", async () => {
		const elsewhere = await calledElsewhere({ apiBaseUrl: 'https://api.weixin.qq.com' });
		expect([...new Set(elsewhere)]).toEqual(['api.weixin.qq.com', 'api2.weixin.qq.com']);
		expect(elsewhere.slice(0, 4)).toEqual([
			...Array(3).fill('api.weixin.qq.com'),
			'api2.weixin.qq.com',
		]);
	});
});

describe('Authorization codes', () => {
	const server = useTrigger(world);

	beforeEach(async () => {
		await world.run({ operation: 'getStatus' });
		await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop', status: 'none' });
	});

	const authorize = async () => {
		const { push } = await world.controls.authorize({ account: OTHER_OA });
		expect(push).toMatchObject({ delivered: true });
		await server.settle();
	};

	it('An authorization code goes to the fallback if API Base URL refused the connection', async () => {
		await world.controls.setOutage('first', 'refuses');
		await authorize();
		expect(server.items).toMatchObject([{ event: 'authorized', codeExchanged: true }]);
		expect(await hostsOf(QUERY_AUTH)).toEqual(['second']);
	});

	it('An authorization code that may have been used up waits for the next run', async () => {
		await world.controls.setOutage('first', 'resets');
		await authorize();
		expect(server.items).toMatchObject([
			{ codeExchanged: false, hint: expect.stringContaining('kept') },
		]);
		expect(await world.controls.count(QUERY_AUTH)).toBe(0);
		await world.controls.setOutage('first', null);
		expect(await world.result({ accounts: [OTHER_OA] })).toMatchObject({
			outcome: 'invitationSent',
		});
		expect(await hostsOf(QUERY_AUTH)).toHaveLength(1);
	});
});
