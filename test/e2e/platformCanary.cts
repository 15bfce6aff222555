import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { PlatformWorld } from './platformWorld.cts';

/** No secret of WeChat's may be anywhere but, encrypted, in the credential. */
export function testCanary(world: PlatformWorld): void {
	let secrets: string[];

	beforeAll(async () => {
		secrets = await world.controls.secrets();
	});

	const foundIn = (text: string) => secrets.filter((secret) => text.includes(secret)).length;

	it('are many by now', () => expect(secrets.length).toBeGreaterThan(1000));

	it('are not in the data of any run', async () => {
		const { results } = await world.running.rest.get<{ results: Array<{ id: string }> }>(
			'/rest/executions?limit=100',
		);
		expect(results.length).toBeGreaterThan(5);
		for (const { id } of results) {
			const record = await world.running.rest.get<object>(`/rest/executions/${id}`);
			expect(foundIn(JSON.stringify(record))).toBe(0);
		}
	});

	it('are not in the log, not even at the level debug', () => {
		expect(world.logs()).toMatch(/\bdebug\b/i);
		expect(foundIn(world.logs())).toBe(0);
	});

	it('are not in the bytes of the database, static data included', () => {
		const { databasePath } = world.n8n;
		const directory = dirname(databasePath);
		const files = readdirSync(directory).filter((name) => name.startsWith(basename(databasePath)));
		const bytes = files.map((name) => readFileSync(join(directory, name)).toString('latin1'));
		expect(bytes.join('')).toContain('wechat-open-platform');
		expect(foundIn(bytes.join(''))).toBe(0);
	});
}
