import { openEditor } from '../n8n/browser.cts';
import type { Editor } from '../n8n/browser.cts';
import type { PlatformWorld } from './platformWorld.cts';

const PLACEHOLDER_URL = 'https://tokens.example.com/wechat/{appid}';

/**
 * The form of the credential, as a person fills it in when a server takes over the tokens.
 *
 * @param prepare has n8n make the tokens, and gives it a ticket
 */
export function testForm(world: PlatformWorld, prepare: () => Promise<void>): void {
	let editor: Editor;

	beforeAll(async () => {
		await prepare();
		editor = await openEditor(world.running);
		await editor.page.goto(`${world.running.url}/home/credentials/${world.credential}`);
		await form().getByText('Component App Secret').first().waitFor();
	});

	afterAll(async () => await editor?.close());

	const form = () => editor.page.locator('[data-test-id="editCredential-modal"]');

	const choose = async (name: string) => {
		await form().locator('[data-test-id="parameter-input-tokenSource"]').click();
		await editor.page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
	};

	const save = async () => {
		const saved = editor.page.waitForResponse(
			(response) =>
				/\/rest\/credentials\/\w+$/.test(response.url()) && response.request().method() === 'PATCH',
		);
		await form().locator('[data-test-id="credential-save-button"]').click();
		await saved;
	};

	it('For a token service, the form hides the fields that only making tokens needs', async () => {
		const text = async () => await form().innerText();
		await choose('Token Service');
		await form().getByText('Token Service URL').waitFor();
		expect(await text()).toContain('Header Value');
		expect(await text()).not.toContain('Component App Secret');
		expect(await text()).toContain('Allow Token Output');
	});

	it('The credential keeps its ticket while a token service is chosen', async () => {
		const { componentVerifyTicket } = await world.stored();
		expect(componentVerifyTicket).toMatch(/^ticket@@@/);
		await form()
			.locator('[data-test-id="parameter-input-tokenServiceUrl"] input')
			.fill(PLACEHOLDER_URL);
		await save();
		expect(await world.stored()).toMatchObject({
			tokenSource: 'tokenService',
			tokenServiceUrl: PLACEHOLDER_URL,
		});
		await choose('Platform');
		await save();
		const stored = await world.stored();
		expect(stored.tokenSource ?? 'platform').toBe('platform');
		expect(stored.componentVerifyTicket).toBe(componentVerifyTicket);
	});
}
