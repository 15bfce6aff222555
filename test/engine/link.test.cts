import { startSandbox, type Sandbox } from '../sandbox/index.cts';
import { inInputOrder, runNode } from './engine.cts';

const OA = 'wx00000000000000a1';
let sandbox: Sandbox;
let credential: { tokenSource: string; accessToken: string; apiBaseUrl: string };

beforeAll(async () => {
	sandbox = await startSandbox({ knowAllMiniPrograms: true });
});

afterAll(async () => await sandbox.close());

beforeEach(async () => {
	await sandbox.controls.reset();
	await sandbox.controls.addAccount({ appId: OA });
	const accessToken = await sandbox.controls.issueToken(OA);
	credential = { tokenSource: 'accessToken', accessToken, apiBaseUrl: sandbox.url };
});

it('sends an invitation', async () => {
	const { outputs, hints, error } = await runNode({
		items: [{ appId: 'wx00000000000000b1' }, { appId: 'nonsense' }],
		credential,
	});
	expect(error).toBeUndefined();
	console.log(JSON.stringify(outputs, null, 1), hints, inInputOrder(outputs).length);
	expect(outputs[0]).toHaveLength(1);
});
