import { fingerprintOf } from '../sandbox/index.cts';
import { testSecrets } from './secrets.cts';
import { CREDENTIAL_TYPE, givenBy, LINK, mp, mpItems, sizesOf } from './workflows.cts';
import { useWorld } from './world.cts';

const ITEMS = 300;
const ACCEPTED_BEFORE_REJECTION = 120;

const world = useWorld({ N8N_LOG_LEVEL: 'debug' });

describe('a token service', () => {
	let account: string;
	let credential: string;

	beforeAll(async () => {
		({ appId: account } = await world.addAccount());
		credential = await world.addCredential({
			tokenSource: 'tokenService',
			tokenServiceUrl: `${world.url}/_sandbox/token-service/${account}`,
			officialAccountAppId: account,
		});
	});

	const asked = async () => await world.controls.tokenServiceCount(account);

	const linkOne = async (n: number) => {
		const [item] = givenBy(await world.run({ items: [{ appId: mp(n) }], credential }));
		expect(item).toMatchObject({ outcome: 'invitationSent', attempts: 1 });
	};

	/** Fingerprint of the token of the last call. */
	const lastToken = async () => {
		const calls = await world.controls.calls({ account });
		return calls[calls.length - 1].tokenFingerprint;
	};

	const storedToken = async () => {
		const credentials = await world.n8n.exportCredentials();
		const stored = credentials.find(
			({ id, type }) => id === credential && type === CREDENTIAL_TYPE,
		);
		return fingerprintOf(String(stored?.data.authorizerAccessToken));
	};

	it('is asked once for the first token', async () => {
		await linkOne(5000);
		expect(await asked()).toBe(1);
	});

	it('is asked once more when WeChat rejects the token in the middle of 300 items', async () => {
		await world.controls.setLatency(20);
		await world.controls.replaceTokenAfter(account, ACCEPTED_BEFORE_REJECTION);
		const execution = await world.run({ items: mpItems(ITEMS), credential });
		await world.controls.setLatency(0);

		expect(sizesOf(execution)).toEqual([ITEMS, 0, 0, 0, 0, 0, 0]);
		expect(givenBy(execution).map(({ miniProgramAppId }) => miniProgramAppId)).toEqual(
			mpItems(ITEMS).map(({ appId }) => appId),
		);
		expect(await asked()).toBe(2);
		expect((await world.controls.stats()).maxInFlight).toBe(10);
		const rejected = await world.controls.calls({ account, errcode: 40001 });
		expect(rejected.length).toBeGreaterThan(0);
		expect(rejected.length).toBeLessThanOrEqual(10);
		const accepted = await world.controls.calls({ account, path: LINK, errcode: 0 });
		expect(accepted).toHaveLength(ITEMS + 1);
	});

	it('is not asked again: the credential keeps the new token', async () => {
		expect(await storedToken()).toBe(await lastToken());
	});

	it('is not asked again by another workflow', async () => {
		await linkOne(5001);
		expect(await asked()).toBe(2);
	});

	it('is not asked again by an n8n that was started anew', async () => {
		await world.restart();
		await linkOne(5002);
		expect(await asked()).toBe(2);
	});
});

it('a token that comes with each item goes to the account it belongs to', async () => {
	const accounts = [await world.addAccount(), await world.addAccount(), await world.addAccount()];
	const tokens: string[] = [];
	for (const { appId } of accounts) tokens.push(await world.controls.issueToken(appId));
	const credential = await world.addCredential({
		accessToken: '={{ $json.token }}',
		officialAccountAppId: '={{ $json.account }}',
	});
	const items = mpItems(30).map((item, n) => ({
		...item,
		token: tokens[n % 3],
		account: accounts[n % 3].appId,
	}));
	const execution = await world.run({ items, credential });
	expect(sizesOf(execution)[0]).toBe(30);
	for (const { item, officialAccountAppId } of givenBy(execution)) {
		expect(officialAccountAppId).toBe(accounts[item % 3].appId);
	}
	for (const [n, { appId }] of accounts.entries()) {
		const calls = await world.controls.calls({ account: appId });
		const called = calls.map(({ miniProgramAppId }) => miniProgramAppId).sort();
		const own = items.filter((_, index) => index % 3 === n).map(({ appId }) => appId);
		expect(called).toEqual(own.sort());
	}
});

describe('secrets', () => testSecrets(world));
