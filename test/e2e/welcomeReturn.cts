import type { Page } from 'playwright-core';

import { waitFor } from '../n8n/waitFor.cts';
import { current } from './welcomeRoad.cts';
import { COMPUTER, RETURNING } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

const QUERY_AUTH = '/cgi-bin/component/api_query_auth';
const LINK = '/cgi-bin/wxopen/wxamplink';

interface Execution {
	mode: string;
	status: string;
}

/** The browser brings the same code as the push, which may come at the same moment, later, or never. */
export function testReturn(world: WelcomeWorld): void {
	let addresses: Record<string, string>;

	beforeAll(async () => {
		addresses = await world.addresses();
	});
	afterAll(async () => {
		await world.platform.controls.configure({ delayAuthorizationPush: 0 });
	});

	/** The executions of a workflow of the set so far. */
	async function executionsOf(name: string): Promise<Execution[]> {
		const { rest } = world.platform.running;
		const filter = encodeURIComponent(JSON.stringify({ workflowId: world.workflow(name).id }));
		const { results } = await rest.get<{ results: Execution[] }>(
			`/rest/executions?limit=100&filter=${filter}`,
		);
		return results;
	}

	/** Goes from the merchant's page to WeChat's and back. Returns the address with which the browser came back. */
	async function authorize(page: Page, name: string, account: string): Promise<string> {
		await page.goto(addresses[name]);
		await page.getByRole('button', { name: 'Authorize' }).click();
		await page.waitForURL(/\/cgi-bin\/componentloginpage\?/);
		await page.locator(`[name="account"][value="${account}"]`).check();
		const back = page.waitForRequest(/[?&]auth_code=/);
		await page.locator('#agree').click();
		const address = (await back).url();
		await page.waitForURL(
			(url) => url.searchParams.has('back') && !url.searchParams.has('auth_code'),
		);
		return address;
	}

	describe.each(RETURNING)('Push after: $push', ({ push, name, account, miniProgram }) => {
		const merchant = { name, account, miniProgram };
		let page: Page;
		let address: string;
		let exchanges: number;
		let before: Execution[];
		let messages: number;

		beforeAll(async () => {
			await world.platform.controls.configure({ delayAuthorizationPush: push });
			exchanges = await world.platform.controls.count(QUERY_AUTH);
			before = await executionsOf('authorized');
			messages = (await executionsOf('send')).length;
			page = await world.browser(COMPUTER);
			address = await authorize(page, name, account);
		});
		afterAll(async () => await page.close());

		it('The first page after the return shows the authorization and no code', async () => {
			expect(await current(page)).toMatch(
				/The invitation is sent|The Official Account administrator agrees/,
			);
			expect(page.url()).not.toContain('auth_code');
			const code = new URL(address).searchParams.get('auth_code') ?? '';
			expect(code).toMatch(/^queryauthcode@@@/);
			expect(await page.content()).not.toContain(code);
		});

		it('A code that comes with push and browser is exchanged once, and leads to one invitation and one message', async () => {
			const isPushed = push !== 'drop';
			const wanted = before.length + (isPushed ? 2 : 1);
			const all = await waitFor(
				async () => {
					const now = await executionsOf('authorized');
					const isOver = now.every(({ status }) => status === 'success');
					return now.length >= wanted && isOver ? now : null;
				},
				{ what: 'the end of what push and browser have started', timeoutMs: 30_000 },
			);
			expect(all).toHaveLength(wanted);
			const pushed = (list: Execution[]) => list.filter(({ mode }) => mode === 'webhook').length;
			expect(pushed(all) - pushed(before)).toBe(isPushed ? 1 : 0);
			const { controls } = world.platform;
			expect(await controls.count(QUERY_AUTH)).toBe(exchanges + 1);
			const links = await controls.calls({ path: LINK });
			expect(links.filter(({ body }) => JSON.stringify(body).includes(miniProgram))).toHaveLength(
				1,
			);
			expect((await executionsOf('send')).length).toBe(messages + 1);
		});

		it('An authorization fills in the row of the merchant', async () => {
			expect((await world.table.rows())[name]).toMatchObject({
				state: 'invitationSent',
				officialAccountAppId: account,
				officialAccountName: name,
				miniProgramName: name,
				whoActs: 'officialAccountAdmin',
				invitationId: expect.stringMatching(/^used [0-9a-f]{16}$/),
			});
		});

		it('Loading the address with the same code again changes nothing', async () => {
			const row = (await world.table.rows())[name];
			const answer = await fetch(address, { redirect: 'manual' });
			expect(answer.status).toBe(303);
			expect(await world.platform.controls.count(QUERY_AUTH)).toBe(exchanges + 1);
			expect((await world.table.rows())[name]).toEqual(row);
		});

		it('The page says linked when both administrators have agreed', async () => {
			await world.look();
			await world.agree('official-account', account);
			await world.agree('mini-program', miniProgram);
			await world.look();
			await world.row(merchant, 'linked');
			await page.reload();
			expect(await page.getByRole('status').innerText()).toContain('is linked');
		});
	});

	it.each([
		['foreign', 'queryauthcode@@@foreign'],
		['empty', ''],
		['an address without a code', 'https://a.example.com/?a=b'],
		['given twice', 'queryauthcode@@@one&auth_code=queryauthcode@@@two'],
	])('The page ignores a code that is %s', async (_, code) => {
		const [{ name }] = RETURNING;
		const before = (await world.table.rows())[name];
		const address = `${addresses[name]}&auth_code=${code}`;
		const answer = await fetch(address, { redirect: 'manual' });
		expect(answer.status).toBe(303);
		const shown = await fetch(String(answer.headers.get('location')));
		expect(shown.status).toBe(200);
		expect((await world.table.rows())[name]).toEqual(before);
	});
}
