import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { MERCHANTS } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

/** No secret of WeChat's is on the page, in its address, or in what n8n keeps of a visit. */
export function testTraces(world: WelcomeWorld): void {
	let secrets: string[];
	let merchant: string;

	beforeAll(async () => {
		secrets = await world.platform.controls.secrets();
		merchant = (await world.addresses())[MERCHANTS[2].name];
	});

	const foundIn = (text: string) =>
		secrets.filter(
			(secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)),
		);

	it('are not on the page, and not in its address', async () => {
		const shown = await fetch(merchant);
		expect(foundIn((await shown.text()) + shown.url)).toEqual([]);
	});

	it('leave the address as soon as the browser is back from WeChat', async () => {
		const code = secrets[0];
		const back = `${merchant}&auth_code=${encodeURIComponent(code)}&expires_in=600`;
		const answer = await fetch(back, { redirect: 'manual' });
		expect(answer.status).toBe(303);
		const location = answer.headers.get('location') ?? '';
		expect(location).toBe(`${merchant}&back=1`);
		const shown = await fetch(location);
		expect(shown.status).toBe(200);
		expect(foundIn(await shown.text())).toEqual([]);
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
			expect(foundIn(JSON.stringify(await rest.get<object>(`/rest/executions/${id}`)))).toEqual([]);
		}
	});

	it('are not in the log, not even at the level debug', () => {
		expect(world.platform.logs()).toMatch(/\bdebug\b/i);
		expect(foundIn(world.platform.logs())).toEqual([]);
	});

	it('are not in the bytes of the database', () => {
		const { databasePath } = world.platform.n8n;
		const directory = dirname(databasePath);
		const files = readdirSync(directory).filter((name) => name.startsWith(basename(databasePath)));
		const bytes = files.map((name) => readFileSync(join(directory, name)).toString('latin1'));
		expect(bytes.join('')).toContain('wechat-merchant');
		expect(foundIn(bytes.join(''))).toEqual([]);
	});
}
