import { COMPUTER, MERCHANTS } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

/** The header that n8n puts on pages of webhooks, why WeChat refuses such a page, and the setting against it. */
export function testSandboxing(world: WelcomeWorld): void {
	const merchant = MERCHANTS[2].name;

	async function referer(address: string): Promise<{ referer: string; refused: string }> {
		const page = await world.browser(COMPUTER);
		await page.goto(address);
		const asked = page.waitForRequest((request) => /\/componentloginpage/.test(request.url()));
		await page.getByRole('button', { name: 'Authorize' }).click();
		const headers = await (await asked).allHeaders();
		await page.waitForURL(/\/componentloginpage/);
		const wrong = page.locator('#error');
		const refused = (await wrong.count()) > 0 ? await wrong.innerText() : '';
		return { referer: headers.referer ?? '', refused };
	}

	it('If n8n is set not to sandbox pages, WeChat gets the domain of the page and nothing else of its address', async () => {
		const address = (await world.addresses())[merchant];
		expect((await fetch(address)).headers.get('content-security-policy')).toBeNull();
		const { origin } = new URL(address);
		expect(await referer(address)).toEqual({ referer: `${origin}/`, refused: '' });
	});

	it('If n8n sandboxes pages, the browser does not send the domain, and WeChat refuses the link', async () => {
		await world.platform.restartWith({});
		await world.allowPagesOf(world.platform.running.url);
		const address = (await world.addresses())[merchant];
		const policy = (await fetch(address)).headers.get('content-security-policy');
		expect(policy).toMatch(/^sandbox /);
		expect(policy).not.toContain('allow-same-origin');
		const { referer: sent, refused } = await referer(address);
		expect(sent).toBe('');
		expect(refused).toContain('Referer');
	});
}
