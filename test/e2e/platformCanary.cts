import type { PlatformWorld } from './platformWorld.cts';

/** No secret of WeChat's may be anywhere except encrypted in the credential. */
export function testCanary(world: PlatformWorld): void {
	let secrets: string[];

	beforeAll(async () => {
		secrets = await world.controls.secrets();
		expect(secrets.length).toBeGreaterThan(300);
	});

	const foundIn = (text: string) => secrets.filter((secret) => text.includes(secret)).length;

	it('No execution contains a secret of WeChat', async () => {
		const { results } = await world.running.rest.get<{ results: Array<{ id: string }> }>(
			'/rest/executions?limit=100',
		);
		expect(results.length).toBeGreaterThan(5);
		for (const { id } of results) {
			const record = await world.running.rest.get<object>(`/rest/executions/${id}`);
			expect(foundIn(JSON.stringify(record))).toBe(0);
		}
	});

	it('The log contains no secret of WeChat at the level debug', () => {
		expect(world.printed).toMatch(/\bdebug\b/i);
		expect(foundIn(world.printed)).toBe(0);
	});

	it('The database contains no secret of WeChat in plain text, not even in static data', () => {
		const bytes = world.databaseBytes();
		expect(bytes).toContain('wechat-open-platform');
		expect(foundIn(bytes)).toBe(0);
	});
}
