import { startSandbox } from '../../sandbox/index.cts';
import type { Controls, Sandbox } from '../../sandbox/index.cts';
import { follow, formsOf, open, press } from '../../person.cts';
import type { Shown } from '../../person.cts';
import { Receiver } from './receiver.cts';

const PLATFORM = 'wx00000000000000c1';
const TEA = 'wx00000000000000a1';
const CAFE = 'wx00000000000000a2';
const SHOP = 'wx00000000000000b1';

let sandbox: Sandbox;
let controls: Controls;
let receiver: Receiver;
let answer: string;
/** Paths of what was pushed. */
let received: string[];

beforeAll(async () => {
	receiver = new Receiver((request, response) => {
		received.push((request.url ?? '').split('?')[0]);
		request.resume().on('end', () => response.end(answer));
	});
	await receiver.start();
	sandbox = await startSandbox();
	controls = sandbox.controls;
});

afterAll(async () => {
	await sandbox.close();
	receiver.close();
});

beforeEach(async () => {
	answer = 'success';
	received = [];
	await controls.reset();
	await controls.configure({ pushRetryDelayMs: 1 });
	const messageUrl = url('/messages/$APPID$');
	await controls.addPlatform({ appId: PLATFORM, eventUrl: url('/events'), messageUrl });
	await controls.addAccount({ appId: TEA, name: 'Ada Tea', permissionSets: [1, 33] });
	await controls.addAccount({ appId: CAFE, name: 'Bo Café', status: 'none' });
	await controls.addMiniProgram({ appId: SHOP, nickname: '茶馆' });
});

const url = (path: string) => receiver.url(path);
const console_ = () => open(`${sandbox.url}/people/platform/${PLATFORM}`);
const permissionSets = () => open(`${sandbox.url}/people/developer-platform/${PLATFORM}`);
const teaAdmin = () => open(`${sandbox.url}/people/official-account/${TEA}`);
const cafeAdmin = () => open(`${sandbox.url}/people/official-account/${CAFE}`);
const shopAdmin = () => open(`${sandbox.url}/people/mini-program/${SHOP}`);

async function call(name: string, body: unknown): Promise<Record<string, unknown>> {
	const token = await controls.issueToken(TEA);
	const response = await fetch(`${sandbox.url}/cgi-bin/wxopen/${name}?access_token=${token}`, {
		method: 'POST',
		body: JSON.stringify(body),
	});
	return (await response.json()) as Record<string, unknown>;
}

const invite = () => call('wxamplink', { appid: SHOP, notify_users: 0, show_profile: 1 });

async function linkStatus(): Promise<number | undefined> {
	const { wxopens } = (await call('wxamplinkget', {})) as {
		wxopens: { items: [{ status: number }?] };
	};
	return wxopens.items[0]?.status;
}

function statusText(shown: Shown): string {
	return /role="(?:status|alert)"[^>]*>([^<]*)/.exec(shown.html)?.[1] ?? '';
}

const pushed = async () => (await controls.pushes()).map(({ infoType }) => infoType);

describe('Pages', () => {
	test('The start page leads to everybody and shows who has something to answer', async () => {
		await invite();
		const { text, html } = await open(`${sandbox.url}/people`);
		expect(text).toContain(`Ada Tea (${TEA}): Authorized 已授权, 1 waiting for an answer`);
		expect(text).toContain(`Bo Café (${CAFE}): Not authorized 未授权`);
		const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
		expect(links).toHaveLength(5);
		for (const href of links) {
			expect(await open(sandbox.url + href)).toMatchObject({ status: 200 });
		}
	});

	test('Every page works on a phone and with a screen reader', async () => {
		await invite();
		await controls.setRelation(TEA, SHOP, 2);
		const all = [console_(), permissionSets(), teaAdmin(), shopAdmin()];
		for (const page of await Promise.all(all)) {
			expect(page.html).toContain('<html lang="en">');
			expect(page.html).toContain('width=device-width');
			expect(page.html).not.toMatch(/<script|https?:\/\/(?!127\.0\.0\.1)/);
			const labels = formsOf(page).map(({ label }) => label);
			expect(labels.length).toBeGreaterThan(0);
			expect(new Set(labels)).toHaveProperty('size', labels.length);
			const outsideLabels = page.html.replace(/<label[\s\S]*?<\/label\s*>/g, '');
			expect(outsideLabels).not.toMatch(/<(?:input|textarea)(?![^>]*type="hidden")/);
		}
	});

	test('Pages show any name as text', async () => {
		await controls.addAccount({ appId: TEA, name: '<script>alert(1)</script>"&' });
		await controls.addMiniProgram({ appId: SHOP, nickname: '"><img src=x>' });
		await invite();
		const pages = [await teaAdmin(), await shopAdmin(), await open(`${sandbox.url}/people`)];
		for (const { html } of pages) expect(html).not.toMatch(/<script|<img/);
		expect(pages[0].text).toContain('<script>alert(1)</script>"&');
	});

	test('An unknown address is not found', async () => {
		for (const path of ['/people/official-account/wx0', '/people/nobody', '/people/platform']) {
			expect(await open(sandbox.url + path)).toMatchObject({ status: 404 });
		}
	});

	test('Only the console shows the values of the platform', async () => {
		await controls.issueToken(TEA);
		await controls.authorize({ account: CAFE });
		await invite();
		const { appSecret, messageToken, encodingAesKey } = await controls.platform();
		const values = [appSecret, messageToken, encodingAesKey];
		const { html } = await console_();
		for (const value of values) expect(html).toContain(value);
		const others = [await teaAdmin(), await cafeAdmin(), await shopAdmin(), await permissionSets()];
		others.push(await open(`${sandbox.url}/people`));
		for (const secret of await controls.secrets()) {
			if (!values.includes(secret)) expect(html).not.toContain(secret);
			for (const page of others) expect(page.html).not.toContain(secret);
		}
	});
});

describe('Invitations', () => {
	test('An invitation goes from one administrator to the other', async () => {
		await invite();
		expect((await shopAdmin()).text).toContain('Nothing waits for you');
		const agreed = await press(await teaAdmin(), 'Agree 同意 to link 茶馆');
		expect(statusText(agreed)).toContain('Now the Mini Program’s administrator');
		expect(agreed.text).toContain('Nothing waits for you');
		expect(await linkStatus()).toBe(2);
		const linked = await press(await shopAdmin(), 'Agree 同意 to be linked by Ada Tea');
		expect(linked.text).toContain(`Ada Tea (${TEA}): Linked 已关联`);
		expect(await linkStatus()).toBe(1);
	});

	test('An invitation can be answered only once, even with an old page', async () => {
		await invite();
		const page = await teaAdmin();
		await press(page, 'Agree');
		const again = await press(page, 'Refuse');
		expect(again).toMatchObject({ status: 409 });
		expect(statusText(again)).toContain('Not done');
		expect(await linkStatus()).toBe(2);
	});

	test('The administrator of the Mini Program can refuse an invitation', async () => {
		await controls.setRelation(TEA, SHOP, 2);
		const refused = await press(await shopAdmin(), 'Refuse');
		expect(refused.text).toContain('Refused by the Mini Program’s administrator');
		expect(await linkStatus()).toBe(3);
	});

	test('An invitation disappears when the administrator of the Official Account refuses it', async () => {
		await invite();
		const refused = await press(await teaAdmin(), 'Refuse');
		expect(refused.text).toContain('There are no links and no invitations');
		expect(await linkStatus()).toBeUndefined();
	});

	test('A refused invitation shows another status if the settings say so', async () => {
		await controls.configure({ officialAccountRefusalStatus: 4 });
		await invite();
		const refused = await press(await teaAdmin(), 'Refuse');
		expect(refused.text).toContain('茶馆 (wx00000000000000b1): Status 4');
		expect(await linkStatus()).toBe(4);
	});

	test('A Mini Program that forbids links or is banned cannot be invited', async () => {
		await press(await shopAdmin(), 'Forbid linking');
		expect(await invite()).toMatchObject({ errcode: 89245 });
		await press(await shopAdmin(), 'Allow linking');
		await press(await shopAdmin(), 'Ban, as WeChat');
		expect(await invite()).toMatchObject({ errcode: 89013 });
		await press(await shopAdmin(), 'Lift the ban');
		expect(await invite()).toMatchObject({ errcode: 0 });
		expect((await shopAdmin()).text).toContain('茶馆');
	});
});

describe('Links', () => {
	beforeEach(() => controls.setRelation(TEA, SHOP, 1));

	test('A link ends when the administrator agrees to unlink it', async () => {
		await call('wxampunlink', { appid: SHOP });
		const agreed = await press(await teaAdmin(), 'Agree 同意 to unlink 茶馆');
		expect(agreed.text).toContain('There are no links');
		expect(await linkStatus()).toBeUndefined();
	});

	test('A link stays when the administrator refuses to unlink it', async () => {
		await call('wxampunlink', { appid: SHOP });
		const refused = await press(await teaAdmin(), 'Refuse 拒绝 to unlink 茶馆');
		expect(refused.text).toContain('Nothing waits for you');
		expect(await linkStatus()).toBe(1);
	});

	test('The administrator can remove a link without a request', async () => {
		await press(await teaAdmin(), 'Remove 解除关联 茶馆');
		expect(await linkStatus()).toBeUndefined();
	});
});

describe('Authorizations', () => {
	test('An authorization is given, changed by another scan and withdrawn, each with a push', async () => {
		await press(await cafeAdmin(), 'Authorize', { set: '1' });
		const changed = await press(await cafeAdmin(), 'Authorize again', { set: ['1', '33'] });
		expect(statusText(changed)).toContain('updateauthorized');
		await press(await cafeAdmin(), 'Withdraw');
		expect(await pushed()).toEqual(['authorized', 'updateauthorized', 'unauthorized']);
		expect((await cafeAdmin()).text).toContain('Authorization withdrawn 已取消授权');
	});

	test('An authorization that does not change is not pushed', async () => {
		const same = await press(await teaAdmin(), 'Authorize again');
		expect(statusText(same)).toContain('the same as before');
		expect(await pushed()).toStrictEqual([]);
	});

	test('The console of an account shows the granted permission sets but cannot change them', async () => {
		await controls.grant(TEA, [1]);
		const { html, text } = await teaAdmin();
		const [, section] = /aria-labelledby="authorization"([\s\S]*?)<\/section/.exec(html) ?? [];
		expect(section).toContain('取消授权');
		expect(section).not.toContain('type="checkbox"');
		expect(text).toContain('Granted permission sets 已授权权限集: 1 消息管理 ');
		expect(text).toContain('This console changes no permission sets of an Official Account');
	});
});

describe('Permission sets', () => {
	test('The console leads to the permission sets on the Developer Platform', async () => {
		const shown = await follow(await console_(), 'WeChat Developer Platform 微信开发者平台');
		expect(shown.url).toBe((await permissionSets()).url);
		expect(shown.text).toContain('我的业务 > 第三方平台 > 权限集 > 管理权限集');
	});

	test('New permission sets apply to new accounts at once, and to others after another scan', async () => {
		await controls.changePlatform({ permissionSets: [1] });
		await controls.grant(TEA, [1]);
		const saved = await press(await permissionSets(), 'Save the permission sets', {
			set: ['1', '33'],
		});
		expect(statusText(saved)).toContain('apply at once');
		expect(saved.text).toContain(`Ada Tea (${TEA}) lacks 33 小程序关联管理`);
		await press(await cafeAdmin(), 'Authorize');
		expect((await cafeAdmin()).text).toContain('1 消息管理 33 小程序关联管理');
		expect(await invite()).toMatchObject({ errcode: 61007 });
		await press(await teaAdmin(), 'Authorize again');
		expect(await invite()).toMatchObject({ errcode: 0 });
		expect((await permissionSets()).text).toContain('all accounts have granted');
	});

	test('Permission sets that the platform gives up stay with accounts that granted them', async () => {
		await press(await permissionSets(), 'Save the permission sets', { set: '1' });
		expect(await invite()).toMatchObject({ errcode: 0 });
		expect((await cafeAdmin()).html).not.toContain('value="33"');
	});
});

describe('Console', () => {
	test("The console has WeChat's names for its settings", async () => {
		const { text } = await console_();
		for (const name of [
			...['管理中心 > 第三方平台 > 详情', '开发资料', '授权发起页域名', '授权事件接收URL'],
			...['消息校验Token', '消息加解密Key', '消息与事件接收URL', '白名单IP地址列表'],
			...['授权测试公众号/小程序列表', '全网发布', '权限集'],
		]) {
			expect(text).toContain(name);
		}
	});

	test('The console shows where pushes go, and pushes a ticket', async () => {
		await controls.setEventUrl(null);
		const nowhere = await press(await console_(), 'Push a ticket now');
		expect(nowhere.text).toContain('not sent: there is no push URL');
		await press(nowhere, 'Save the test copy', { eventUrl: url('/') });
		const pushedTo = await press(await console_(), 'Push a ticket now');
		expect(pushedTo.text).toContain(
			'component_verify_ticket, test copy Passed 通过 HTTP 200, success',
		);
	});

	test.each([
		[{ eventUrl: 'nowhere' }, 'expected'],
		[{ eventUrl: 'https://n8n.example.com/events/$APPID$' }, 'belongs in the URL for messages'],
		[{ messageUrl: 'https://n8n.example.com/messages' }, 'expected /$APPID$ in its path'],
		[{ messageUrl: 'https://n8n.example.com/messages?to=/$APPID$' }, '/$APPID$ in its path'],
		[{ messageUrl: '' }, '消息与事件接收URL is required'],
		[{ messageToken: ' ' }, '消息校验Token is required'],
		[{ encodingAesKey: 'short' }, 'expected 43 letters and digits'],
	])('The console refuses %j and changes nothing', async (fields, reason) => {
		const before = await controls.platform();
		const refused = await press(await console_(), 'Save the test copy', fields);
		expect(refused).toMatchObject({ status: 409 });
		expect(statusText(refused)).toContain(reason);
		expect(await controls.platform()).toEqual(before);
	});

	test('Settings apply only to the test accounts until the platform is published', async () => {
		await controls.addAccount({
			appId: CAFE,
			name: 'Bo Café',
			username: 'gh_cafe',
			status: 'none',
		});
		await press(await console_(), 'Save the test accounts', { testAccounts: 'gh_cafe;gh_other' });
		const saved = await press(await console_(), 'Save the test copy', { eventUrl: url('/new') });
		expect(statusText(saved)).toContain('acts for the accounts of the test list');
		expect(saved.text).toContain('the test copy differs 待发布');
		await press(await cafeAdmin(), 'Authorize');
		await press(await teaAdmin(), 'Withdraw');
		await press(await console_(), 'Push a ticket now');
		expect(received).toEqual(['/new', '/events', '/events', '/new']);
		received = [];
		const published = await press(await console_(), 'Publish network-wide');
		expect(statusText(published)).toContain('published network-wide');
		await press(await teaAdmin(), 'Authorize');
		expect(new Set(received)).toEqual(new Set(['/new']));
		expect((await controls.platform()).eventUrl).toBe(url('/new'));
	});

	test('The platform is not published while the check does not pass', async () => {
		await press(await console_(), 'Save the test copy', { eventUrl: url('/new') });
		answer = 'no';
		const refused = await press(await console_(), 'Publish network-wide');
		expect(statusText(refused)).toContain('Not published');
		expect((await controls.platform()).eventUrl).toBe(url('/events'));
	});

	test('The console accepts at most ten test accounts, by their original IDs', async () => {
		const save = async (ids: string[]) =>
			press(await console_(), 'Save the test accounts', { testAccounts: ids.join(';') });
		const eleven = Array.from({ length: 11 }, (_, index) => `gh_${index}`);
		expect(statusText(await save(eleven))).toContain('at most 10 accounts');
		expect(statusText(await save([TEA]))).toContain(`testAccounts: ${TEA} is not an original ID`);
		expect(statusText(await save(eleven.slice(1)))).toContain('apply at once');
	});

	test('Only test accounts can authorize an unpublished platform', async () => {
		await controls.changePlatform({ published: false });
		const refused = await press(await cafeAdmin(), 'Authorize');
		expect(statusText(refused)).toContain('not published');
		const query = new URLSearchParams({
			component_appid: PLATFORM,
			pre_auth_code: await preAuthCode(),
			redirect_uri: 'https://shop.example.com/',
		});
		const address = `${sandbox.url}/cgi-bin/componentloginpage?${query.toString()}`;
		expect((await open(address)).text).toContain('only the accounts of the test list');
		const username = `gh_${CAFE.slice(-12)}`;
		await press(await console_(), 'Save the test accounts', { testAccounts: username });
		const page = await open(address);
		expect(page.text).toContain(`Bo Café (${CAFE})`);
		expect(page.text).not.toContain(TEA);
		await press(await cafeAdmin(), 'Authorize');
		expect(await pushed()).toEqual(['authorized']);
	});

	test('The console stops and starts the tickets', async () => {
		const stopped = await press(await console_(), 'Stop pushing tickets');
		expect((await press(stopped, 'Push a ticket now')).text).toContain('tickets are stopped');
		await press(await console_(), 'Start pushing tickets');
		await press(await console_(), 'Push a ticket now');
		expect(await controls.pushes({ delivered: true })).toHaveLength(1);
	});

	test('The console repeats a push with the same bytes', async () => {
		answer = 'later';
		const shown = await press(await console_(), 'Push a ticket now');
		expect(shown.text).toContain('Not passed 未通过');
		answer = 'success';
		expect((await press(shown, 'Push again')).text).toContain('Passed 通过');
	});

	test("The check of the publication pushes a ticket and uses WeChat's test accounts", async () => {
		const passed = await press(await console_(), 'Check the publication');
		expect(passed.text).toContain('Passed 检测通过');
		expect(passed.text).toContain('authorized wx570bc396a51b8ff8 Passed 通过');
		const infoTypes = await pushed();
		expect(infoTypes[0]).toBe('component_verify_ticket');
		expect(infoTypes.filter((name) => name === 'authorized')).toHaveLength(5);
		expect(infoTypes.filter((name) => name === 'unauthorized')).toHaveLength(5);
		await press(await console_(), 'Check the publication');
		expect(await controls.pushes({ delivered: true })).toHaveLength(22);
	});

	test('The check of the publication shows why a receiver does not pass', async () => {
		answer = '"success"';
		const failed = await press(await console_(), 'Check the publication');
		expect(failed.text).toContain('Not passed 检测未通过');
		expect(failed.text).toContain('HTTP 200, "success"');
		expect(new Set(await pushed())).toEqual(new Set(['component_verify_ticket']));
		await controls.configure({ pushTimeoutMs: 1, pushTries: 1 });
		await controls.setEventUrl('http://192.0.2.1/');
		const silent = await press(await console_(), 'Check the publication');
		expect(silent.text).toMatch(/component_verify_ticket Not passed .* no answer/);
	});

	test('The check of a platform without the message set only pushes a ticket', async () => {
		await press(await permissionSets(), 'Save the permission sets', { set: '33' });
		await press(await console_(), 'Check the publication');
		expect(await pushed()).toEqual(['component_verify_ticket']);
	});

	test('The IP whitelist keeps other callers out', async () => {
		await press(await console_(), 'Save the IP whitelist', { ipWhitelist: '192.0.2.7\n192.0.2.8' });
		expect(await invite()).toMatchObject({ errcode: 61004 });
		expect((await console_()).html).toContain('192.0.2.7\n192.0.2.8');
		await press(await console_(), 'Save the IP whitelist', { ipWhitelist: '' });
		expect(await invite()).toMatchObject({ errcode: 0 });
	});

	test('The console sets the domain from which an authorization link has to come', async () => {
		await press(await console_(), 'Save the test copy', { redirectDomain: 'shop.example.com' });
		await press(await console_(), 'Publish network-wide');
		const page = async (from: string, back: string) => {
			const query = new URLSearchParams({
				component_appid: PLATFORM,
				pre_auth_code: await preAuthCode(),
				auth_type: '1',
				redirect_uri: back,
			});
			const url = `${sandbox.url}/cgi-bin/componentloginpage?${query.toString()}`;
			return open(url, from === '' ? {} : { Referer: from });
		};
		const back = 'https://shop.example.com/done';
		expect((await page('', back)).text).toContain('start page domain is empty or differs');
		expect((await page('https://shop.example.com/', 'https://other.example.com/')).text).toContain(
			'redirect_uri is not on the registered start page domain',
		);
		const form = await page('https://shop.example.com/', back);
		expect(form.text).toContain(`Authorize the third-party platform ${PLATFORM}`);
		expect(form.text).toContain(`Bo Café (${CAFE})`);
	});

	test('The console freezes an account as WeChat does', async () => {
		await press(await console_(), 'Freeze, as WeChat 账号冻结 Ada Tea');
		expect(await invite()).toMatchObject({ errcode: 61003 });
		await press(await console_(), 'Unfreeze');
		expect(await invite()).toMatchObject({ errcode: 0 });
	});

	test('The console bans and cancels an account as WeChat does', async () => {
		await press(await console_(), 'Ban, as WeChat 账号封禁 Ada Tea');
		expect(await invite()).toMatchObject({ errcode: 61003 });
		await press(await console_(), 'Unban');
		expect(await invite()).toMatchObject({ errcode: 0 });
		await press(await console_(), 'Cancel, as WeChat 账号注销 Ada Tea');
		expect(await invite()).toMatchObject({ errcode: 61003 });
		expect((await console_()).text).toContain('Cancelled');
	});

	test('The console sets the quotas', async () => {
		await press(await console_(), 'Save the quotas', { linksPerMonth: '0' });
		expect(await invite()).toMatchObject({ errcode: 89007 });
		await press(await console_(), 'Save the quotas', { linksPerMonth: '', callsPerDay: '1' });
		expect(await invite()).toMatchObject({ errcode: 45009 });
		expect((await teaAdmin()).text).toContain('/cgi-bin/wxopen/wxamplink 1');
	});
});

async function preAuthCode(): Promise<string> {
	const component = await controls.issueToken(PLATFORM, { kind: 'component' });
	const url = `${sandbox.url}/cgi-bin/component/api_create_preauthcode?access_token=${component}`;
	const response = await fetch(url, {
		method: 'POST',
		body: JSON.stringify({ component_appid: PLATFORM }),
	});
	return ((await response.json()) as { pre_auth_code: string }).pre_auth_code;
}
