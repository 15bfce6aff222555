import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { MERCHANTS } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

/** How authorization codes begin here. */
const CODE = 'queryauthcode@@@';
const RETURNED = `${CODE}0123456789abcdefghij`;

/** No secret of WeChat's is on the page, in its address, or in what n8n keeps of a visit. */
export function testTraces(world: WelcomeWorld): void {
	let secrets: string[];
	let merchant: string;

	beforeAll(async () => {
		secrets = await world.platform.controls.secrets();
		merchant = (await world.addresses())[MERCHANTS[2].name];
	});

	const foundIn = (text: string) =>
		secrets.filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));

	it('are not on the page, and not in its address', async () => {
		const shown = await fetch(merchant);
		expect(foundIn((await shown.text()) + shown.url)).toStrictEqual([]);
	});

	it('leave the address as soon as the browser is back from WeChat', async () => {
		const back = `${merchant}&auth_code=${encodeURIComponent(RETURNED)}&expires_in=600`;
		const answer = await fetch(back, { redirect: 'manual' });
		expect(answer.status).toBe(303);
		const location = answer.headers.get('location') ?? '';
		expect(location.replace(/\d+$/, '')).toBe(`${merchant}&back=`);
		const shown = await fetch(location);
		expect(shown.status).toBe(200);
		expect(await shown.text()).not.toContain(RETURNED);
	});

	it('are not sent to WeChat with the Referer, nor is the address', async () => {
		expect((await fetch(merchant)).headers.get('referrer-policy')).toBe('origin');
	});

	it('are in no execution: visits leave none', async () => {
		const { rest } = world.platform.running;
		const { results } = await rest.get<{ results: Array<{ id: string; workflowName: string }> }>(
			'/rest/executions?limit=100',
		);
		expect(results.length).toBeGreaterThan(2);
		expect(results.map(({ workflowName }) => workflowName)).not.toContain(
			world.workflow('welcome').name,
		);
		for (const { id } of results) {
			expect(
				foundIn(JSON.stringify(await rest.get<object>(`/rest/executions/${id}`))),
			).toStrictEqual([]);
		}
	});

	it('are not in the log, not even at the level debug', () => {
		expect(world.platform.logs()).toMatch(/\bdebug\b/i);
		expect(foundIn(world.platform.logs())).toStrictEqual([]);
	});

	it('are not in the bytes of the database, but for codes that are used up', async () => {
		const { databasePath } = world.platform.n8n;
		const directory = dirname(databasePath);
		const files = readdirSync(directory).filter((name) => name.startsWith(basename(databasePath)));
		const bytes = files.map((name) => readFileSync(join(directory, name)).toString('latin1'));
		expect(bytes.join('')).toContain('wechat-merchant');
		// n8n stores what a webhook got while it works and then deletes it; SQLite leaves the bytes.
		const left = foundIn(bytes.join('')).filter((secret) => !secret.startsWith(CODE));
		expect(left).toStrictEqual([]);
		const codes = await storedCodes(world);
		expect(codes.map(({ code }) => code)).toEqual(codes.map(() => ''));
	});
}

/** What the credential keeps of the codes: nothing, once they were exchanged. */
async function storedCodes(world: WelcomeWorld): Promise<Array<{ code: string }>> {
	const { authorizationCodes } = await world.platform.stored();
	const shelves = JSON.parse(String(authorizationCodes)) as Array<
		[platform: string, codes: Array<{ code: string }>]
	>;
	return shelves.flatMap(([, codes]) => codes);
}
