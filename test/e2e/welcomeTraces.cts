import { MERCHANTS } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

/** How authorization codes begin here. */
const CODE = 'queryauthcode@@@';
const RETURNED = `${CODE}0123456789abcdefghij`;

/** No secret of WeChat's may be on the page, in its address, or in what n8n keeps of a visit. */
export function testTraces(world: WelcomeWorld): void {
	let secrets: string[];
	let merchant: string;

	beforeAll(async () => {
		secrets = await world.platform.controls.secrets();
		merchant = (await world.addresses())[MERCHANTS[2].name];
	});

	const foundIn = (text: string) =>
		secrets.filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));

	it("A merchant's page and its address contain no secret", async () => {
		const shown = await fetch(merchant);
		expect(foundIn((await shown.text()) + shown.url)).toStrictEqual([]);
	});

	it('The code leaves the address as soon as the browser is back from WeChat', async () => {
		const back = `${merchant}&auth_code=${encodeURIComponent(RETURNED)}&expires_in=600`;
		const answer = await fetch(back, { redirect: 'manual' });
		expect(answer.status).toBe(303);
		const location = answer.headers.get('location') ?? '';
		expect(location.replace(/\d+$/, '')).toBe(`${merchant}&back=`);
		const shown = await fetch(location);
		expect(shown.status).toBe(200);
		expect(await shown.text()).not.toContain(RETURNED);
	});

	it('The Referer to WeChat contains only the domain of the page', async () => {
		expect((await fetch(merchant)).headers.get('referrer-policy')).toBe('origin');
	});

	it('Visits leave no execution, and no other execution contains a secret', async () => {
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

	it('The log contains no secret after visits', () => {
		expect(world.platform.printed).toMatch(/\bdebug\b/i);
		expect(foundIn(world.platform.printed)).toStrictEqual([]);
	});

	it('The database contains no secret in plain text except used codes', async () => {
		const bytes = world.platform.databaseBytes();
		expect(bytes).toContain('wechat-merchant');
		// n8n stores what a webhook got while it works and then deletes it; SQLite leaves the bytes.
		const left = foundIn(bytes).filter((secret) => !secret.startsWith(CODE));
		expect(left).toStrictEqual([]);
		const codes = await storedCodes(world);
		expect(codes.map(({ code }) => code)).toEqual(codes.map(() => ''));
	});
}

/** The codes that the credential keeps: none that was exchanged. */
async function storedCodes(world: WelcomeWorld): Promise<Array<{ code: string }>> {
	const { authorizationCodes } = await world.platform.stored();
	const shelves = JSON.parse(String(authorizationCodes)) as Array<
		[platform: string, codes: Array<{ code: string }>]
	>;
	return shelves.flatMap(([, codes]) => codes);
}
