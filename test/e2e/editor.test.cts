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

describe('Outputs on the canvas', () => {
	beforeAll(async () => {
		const { credential } = account;
		await editor.openWorkflow(await world.addWorkflow({ items: mpItems(1), credential }));
	});

	it('The canvas shows the seven outputs of Link', async () => {
		expect(await editor.outputLabels(NODE)).toEqual(OUTPUTS);
	});

	it('The line under the node names the credential and the operation as the panel does', async () => {
		expect(await editor.subtitle(NODE)).toBe('Authorizer Token: Link');
	});

	it.each([
		['operation', 'Get Status', STATUS_OUTPUTS],
		['outputMode', 'Success or Not', ['Linked', 'Not Linked']],
		['outputMode', 'Single', ['']],
	])('The outputs change when the parameter %s is set to %s', async (parameter, entry, labels) => {
		await editor.openNode(NODE);
		await choose(editor.page, parameter, entry);
		await editor.closeNode();
		expect(await editor.outputLabels(NODE)).toEqual(labels);
	});
});

describe('Operator', () => testOperator(world, () => editor));

describe('List of Mini Programs', () => {
	const list = async (credential: string) => {
		const parameters = { miniProgramAppId: { __rl: true, mode: 'list', value: '' } };
		const items = mpItems(1);
		await editor.openWorkflow(await world.addWorkflow({ items, credential, parameters }));
		await editor.openNode(NODE);
		return await miniProgramList(editor.page);
	};

	it('The list of Mini Programs shows names with the status of each link', async () => {
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

	it('The list of Mini Programs says why it is empty when the token is wrong', async () => {
		const [text] = await list(
			await world.addCredential({ accessToken: 'an_old_token_0123456789' }),
		);
		expect(text).toContain('access_token is invalid or not latest');
		expect(text).toContain('paste the newest authorizer_access_token');
	});
});

describe('Test button of the credential', () => {
	const test = async (id: string) => await testInDialog(editor.page, world.running.url, id);

	it('The test of the credential succeeds when WeChat accepts the token', async () => {
		expect(await test(account.credential)).toContain('Connection tested successfully');
	});

	it('The test of the credential says what to do when the token is wrong', async () => {
		const message = await test(
			await world.addCredential({ accessToken: 'wrong_token_0123456789' }),
		);
		expect(message).toContain('WeChat answered 40001: The access token is wrong');
		expect(message).toContain('paste the newest authorizer_access_token');
	});

	it('The test of the credential names the IP address that is missing from the whitelist', async () => {
		await world.controls.setIpWhitelist(['203.0.113.1']);
		const message = await test(account.credential);
		await world.controls.setIpWhitelist(null);
		expect(message).toContain('WeChat answered 61004');
		expect(message).toContain('WeChat saw the IP address 127.0.0.1');
	});

	it('The test of the credential names an address that does not answer', async () => {
		const apiBaseUrl = 'http://127.0.0.1:1';
		const message = await test(await world.addCredential({ accessToken: 'any', apiBaseUrl }));
		expect(message).toContain('No answer from http://127.0.0.1:1. Check API Base URL');
	});
});

describe('Example', () => testOnboarding(world, () => editor));
