import { setTimeout as wait } from 'node:timers/promises';

import { times } from './credentials.cts';
import { INFO, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { OTHER_OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);

const FIRST = 'wx00000000000000e1';

const itemsAbout = (account: string) =>
	server.items.filter(({ officialAccountAppId }) => officialAccountAppId === account);

describe('A push that is stored late', () => {
	it('A push whose code is exchanged before it is stored starts the workflow once, even if another push follows', async () => {
		const { controls, table } = world;
		for (const appId of [FIRST, OTHER_OA]) await controls.addAccount({ appId, status: 'none' });
		// This authorization puts the platform's token into memory.
		await controls.authorize({ account: FIRST });
		await server.settle();

		let isWritten: () => void = () => undefined;
		const written = new Promise<void>((resolve) => (isWritten = resolve));
		const longerThanThePushWaits = async () => {
			await wait(3500);
			isWritten();
		};
		table.beforeWrite = times(1, longerThanThePushWaits);
		// The item waits for the account's name meanwhile.
		await controls.answerWith({ path: INFO }, { delayMs: 5000, times: 1 });
		const { push } = await controls.authorize({ account: OTHER_OA });
		expect(push.answers.map(({ body }) => body)).toEqual(['success']);
		await written;
		await controls.pushTicket();
		await server.settle();
		expect(itemsAbout(OTHER_OA)).toHaveLength(1);
	});
});
