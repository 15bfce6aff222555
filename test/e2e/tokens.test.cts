import { fingerprintOf } from '../sandbox/index.cts';
import { testSecrets } from './secrets.cts';
import { CREDENTIAL_TYPE, givenBy, LINK, mp, mpItems, sizesOf } from './workflows.cts';
import { useWorld } from './world.cts';

const ITEMS = 300;
const ACCEPTED_BEFORE_REJECTION = 120;

const world = useWorld();

describe('Token service', () => {
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

	it('A token that WeChat rejects in the middle of 300 items is fetched once more, and no item is lost', async () => {
		await linkOne(5000);
		expect(await asked()).toBe(1);
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

	it('Another workflow and a restarted n8n use the token that the credential keeps', async () => {
		expect(await storedToken()).toBe(await lastToken());
		await linkOne(5001);
		await world.restart();
		await linkOne(5002);
		expect(await asked()).toBe(2);
	});
});

describe('Secrets', () => testSecrets(world));
