import { startSandbox } from './server.cts';
import type { Controls } from './controls/controls.cts';
import type { PlatformInput } from './platform/platformTypes.cts';
import type { RelationState } from './types.cts';

const ACCOUNT = 'wx00000000000000a1';
const MERCHANT = 'wx00000000000000a2';

/** null = pushes are not sent yet. */
const EVENT_URL = process.env.EVENT_URL || null;

/** Values that nobody mistakes for real ones. */
const demoPlatform: PlatformInput = {
	appId: 'wx00000000000000c1',
	appSecret: 'demosecretdemosecretdemosecret00',
	messageToken: 'demotoken',
	encodingAesKey: `${'demokey'.repeat(6)}0`,
	messageUrl: 'https://provider.example.com/messages/$APPID$',
};

/** WeChat's interval between tickets. */
const TICKET_INTERVAL_SECONDS = 600;

interface DemoMiniProgram {
	appId: string;
	nickname: string;
	state: RelationState;
	note: string;
	banned?: boolean;
}

const demo: readonly DemoMiniProgram[] = [
	{ appId: 'wx00000000000000b1', nickname: '咖啡馆', state: 'none', note: 'not linked yet' },
	{ appId: 'wx00000000000000b2', nickname: '花店', state: 1, note: 'linked' },
	{
		appId: 'wx00000000000000b3',
		nickname: '书店',
		state: 2,
		note: "waits for the Mini Program's admin",
	},
	{
		appId: 'wx00000000000000b4',
		nickname: '面包房',
		state: 12,
		note: "waits for the account's admin",
	},
	{ appId: 'wx00000000000000b5', nickname: '茶馆', state: 3, note: 'refused' },
	{ appId: 'wx00000000000000b6', nickname: '酒吧', state: 'none', note: 'banned', banned: true },
];

async function seed(controls: Controls): Promise<string> {
	await controls.addPlatform({ ...demoPlatform, eventUrl: EVENT_URL });
	await controls.addAccount({ appId: ACCOUNT, name: '示例公众号' });
	await controls.addAccount({ appId: MERCHANT, name: '新商户', status: 'none' });
	for (const { appId, nickname, banned, state } of demo) {
		await controls.addMiniProgram({ appId, nickname, banned });
		await controls.setRelation(ACCOUNT, appId, state);
	}
	return controls.issueToken(ACCOUNT, { lifetimeSeconds: 86_400 });
}

/** A line for the shell. */
type Post = (path: string, body: string) => string;

function platformLines(url: string, post: Post): string[] {
	const { appId, appSecret, messageToken, encodingAesKey } = demoPlatform;
	const query = `component_appid=${appId}&pre_auth_code=CODE&auth_type=3&redirect_uri=URL`;
	return [
		'Third-party platform (demo values)',
		`  AppID           ${appId}`,
		`  AppSecret       ${appSecret}`,
		`  Token           ${messageToken}`,
		`  EncodingAESKey  ${encodingAesKey}`,
		`  Event URL       ${EVENT_URL ?? '(none yet)'}`,
		'',
		`Set where pushes go, and push a ticket (another comes every ${TICKET_INTERVAL_SECONDS} s):`,
		post('/_sandbox/setEventUrl', '["http://127.0.0.1:5678/webhook/wechat-events"]'),
		post('/_sandbox/pushTicket', '[]'),
		post('/_sandbox/pushes', '[]'),
		'',
		'A merchant authorizes the platform, without and with the page:',
		post('/_sandbox/authorize', `[{"account":"${MERCHANT}","permissionSets":[33]}]`),
		`${url}/cgi-bin/componentloginpage?${query}`,
		'',
	];
}

async function main(): Promise<void> {
	const sandbox = await startSandbox({
		port: Number(process.env.PORT ?? 0),
		ticketIntervalSeconds: TICKET_INTERVAL_SECONDS,
	});
	const token = await seed(sandbox.controls).catch(async (error: unknown) => {
		await sandbox.close();
		throw error;
	});
	const post: Post = (path, body) =>
		`curl -s '${sandbox.url}${path}' -H 'Content-Type: application/json' -d '${body}'`;
	const linkBody = `{"appid":"${demo[0].appId}","notify_users":0,"show_profile":1}`;
	const lines = [
		`WeChat sandbox on ${sandbox.url} (Ctrl-C ends it)`,
		'',
		'Pages on which you play',
		`  everybody                                ${sandbox.url}/people`,
		`  the provider, in the platform's console  ${sandbox.url}/people/platform/${demoPlatform.appId}`,
		`  its permission sets                      ${sandbox.url}/people/developer-platform/${demoPlatform.appId}`,
		`  the Official Account's administrator     ${sandbox.url}/people/official-account/${ACCOUNT}`,
		`  a Mini Program's administrator           ${sandbox.url}/people/mini-program/${demo[0].appId}`,
		'',
		...platformLines(sandbox.url, post),
		`Official Account  ${ACCOUNT}`,
		`Its token         ${token}`,
		`Token service     ${sandbox.url}/_sandbox/token-service/${ACCOUNT}`,
		'',
		'Mini Programs:',
		...demo.map(({ appId, nickname, note }) => `  ${appId}  ${nickname}  ${note}`),
		'',
		'Invite the first one, then look at the list:',
		post(`/cgi-bin/wxopen/wxamplink?access_token=${token}`, linkBody),
		post(`/cgi-bin/wxopen/wxamplinkget?access_token=${token}`, '{}'),
		'',
		`Start an outage of this host; the second one, ${sandbox.secondUrl}, continues:`,
		post('/_sandbox/setOutage', '["first","resets"]'),
		'',
		'Play the two administrators, or give the next call an errcode:',
		post('/_sandbox/officialAccountAdminAgrees', `["${ACCOUNT}","${demo[0].appId}"]`),
		post('/_sandbox/miniProgramAdminAgrees', `["${ACCOUNT}","${demo[0].appId}"]`),
		post('/_sandbox/answerWith', '[{},{"errcode":45011,"times":1}]'),
		'',
	];
	process.stdout.write(lines.join('\n'));
	const stop = (): void => {
		void sandbox.close();
	};
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
