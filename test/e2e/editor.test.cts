import { openEditor } from '../n8n/browser.cts';
import type { Editor } from '../n8n/browser.cts';
import { OUTPUTS, STATUS_OUTPUTS } from '../outputs.cts';
import { testOnboarding } from './onboarding.cts';
import { testOperator } from './operator.cts';
import { choose, miniProgramList, testInDialog } from './panel.cts';
import { mp, mpItems, NODE } from './workflows.cts';
import type { Account } from './world.cts';
import { useWorld } from './world.cts';

const world = useWorld();
let editor: Editor;
let account: Account;

beforeAll(async () => {
	editor = await openEditor(world.running);
	account = await world.addAccount();
});

afterAll(async () => await editor?.close());

describe('the outputs on the canvas', () => {
	beforeAll(async () => {
		const { credential } = account;
		await editor.openWorkflow(await world.addWorkflow({ items: mpItems(1), credential }));
	});

	it('are seven and say what to do next', async () => {
		expect(await editor.outputLabels(NODE)).toEqual(OUTPUTS);
	});

	it('stand at a node whose line says with what it is called, in the words of the panel', async () => {
		expect(await editor.subtitle(NODE)).toBe('Authorizer Token: Link');
	});

	it.each([
		['operation', 'Get Many', ['Success', 'Authorization', 'Retry Later', 'Other']],
		['operation', 'Get Status', STATUS_OUTPUTS],
		['outputMode', 'Success or Not', ['Linked', 'Not Linked']],
		['outputMode', 'Single', ['']],
		['outputMode', 'By Category', STATUS_OUTPUTS],
	])('follow the parameter %s when it is set to %s', async (parameter, entry, labels) => {
		await editor.openNode(NODE);
		await choose(editor.page, parameter, entry);
		await editor.closeNode();
		expect(await editor.outputLabels(NODE)).toEqual(labels);
	});
});

describe('an operator', () => testOperator(world, () => editor));

describe('the list of Mini Programs in the panel', () => {
	const list = async (credential: string) => {
		const parameters = { miniProgramAppId: { __rl: true, mode: 'list', value: '' } };
		const items = mpItems(1);
		await editor.openWorkflow(await world.addWorkflow({ items, credential, parameters }));
		await editor.openNode(NODE);
		return await miniProgramList(editor.page);
	};

	it('shows names with how far each link is', async () => {
		const names = { 1: 'Lotus Tea House', 2: 'Harbour Coffee', 3: 'Willow Florist' };
		for (const [status, nickname] of Object.entries(names)) {
			const appId = mp(Number(status));
			await world.controls.addMiniProgram({ appId, nickname });
			await world.controls.setRelation(account.appId, appId, Number(status));
		}
		expect(await list(account.credential)).toEqual([
			'Lotus Tea House (linked)',
			'Harbour Coffee (waiting for the Mini Program administrator)',
			'Willow Florist (refused)',
		]);
	});

	it('says why there is none when the token is wrong', async () => {
		const [text] = await list(
			await world.addCredential({ accessToken: 'an_old_token_0123456789' }),
		);
		expect(text).toContain('access_token is invalid or not latest');
		expect(text).toContain('paste the newest authorizer_access_token');
	});
});

describe('the test button of the credential', () => {
	const test = async (id: string) => await testInDialog(editor.page, world.running.url, id);

	it('turns green when WeChat takes the token', async () => {
		expect(await test(account.credential)).toContain('Connection tested successfully');
	});

	it('turns red and says what to do when the token is wrong', async () => {
		const message = await test(
			await world.addCredential({ accessToken: 'wrong_token_0123456789' }),
		);
		expect(message).toContain('WeChat answered 40001: The access token is wrong');
		expect(message).toContain('paste the newest authorizer_access_token');
	});

	it('names the IP address when it is not in the whitelist', async () => {
		await world.controls.setIpWhitelist(['203.0.113.1']);
		const message = await test(account.credential);
		await world.controls.setIpWhitelist(null);
		expect(message).toContain('WeChat answered 61004');
		expect(message).toContain('WeChat saw the IP address 127.0.0.1');
	});

	it('says which address does not answer', async () => {
		const apiBaseUrl = 'http://127.0.0.1:1';
		const message = await test(await world.addCredential({ accessToken: 'any', apiBaseUrl }));
		expect(message).toContain('No answer from http://127.0.0.1:1. Check API Base URL');
	});
});

describe('the example', () => testOnboarding(world, () => editor));
