import { isAuthorizedFor } from '../platform/authorizations.cts';
import { markup, zh } from './html.cts';
import type { Html } from './html.cts';
import { isPublishedAsIs } from '../platform/platforms.cts';
import type { Platform } from '../platform/platforms.cts';
import type { Materials } from '../platform/platformTypes.cts';
import type { AccountStatus } from '../types.cts';
import type { World } from '../world.cts';
import { addressOf } from './page.cts';
import { accountStates, button, form, list, section, setName, stateIn, table } from './parts.cts';
import type { Button } from './parts.cts';
import { checkResult, pushHistory } from './pushTable.cts';

function basics({ appId, appSecret }: Platform): Html {
	return markup`<p>Both go into a credential of n8n. Nobody else may know the AppSecret.</p>
		${table(
			['Name', 'Value'],
			[
				['AppID', markup`<code>${appId}</code>`],
				['AppSecret', markup`<code>${appSecret}</code>`],
			],
		)}`;
}

/** The values of 开发资料 in the console's order. */
export const materials = [
	['redirectDomain', 'Domain of the authorization’s start page', '授权发起页域名'],
	['eventUrl', 'Authorization event URL', '授权事件接收URL'],
	['messageToken', 'Message Token', '消息校验Token'],
	['encodingAesKey', 'Encoding AES Key', '消息加解密Key'],
	[
		'messageUrl',
		'Message URL, with /$APPID$ in its path (n8n shows :appid there)',
		'消息与事件接收URL',
	],
] as const satisfies ReadonlyArray<readonly [keyof Materials, string, string]>;

function development(platform: Platform): Html {
	const { published, test } = platform;
	const pairs = materials.map(([name, label, chinese]) => {
		const live = published ? markup`<code>${platform[name] ?? 'empty'}</code>` : 'not published';
		return markup`<div class="copies">
			<label
				>${label} ${zh(chinese)}
				<textarea name="${name}" rows="1">${test[name] ?? ''}</textarea></label
			>
			<p>Published ${zh('已发布')}: ${live}</p>
		</div>`;
	});
	return markup`<p>
			There are two copies. The one for tests ${zh('测试')} acts for the accounts of the test list only, and
			gets tickets as well. Publish it, and it acts for all.
		</p>
		${form('saveTestCopy', markup`${pairs}`, 'Save the test copy', '保存')}`;
}

function publication(platform: Platform): Html {
	const { publicationCheck, permissionSets, published } = platform;
	const accounts = permissionSets.includes(1)
		? 'and WeChat’s test accounts authorize the platform and withdraw'
		: 'and nothing else, since the platform does not have permission set 1';
	const now = isPublishedAsIs(platform)
		? stateIn('done', markup`Published ${zh('已全网发布')}`)
		: published
			? stateIn('waits', markup`Published; the test copy differs ${zh('待发布')}`)
			: stateIn('act', markup`Not published ${zh('未全网发布')}`);
	return markup`<p>${now}</p>
		<p>The check of the test copy: a ticket is pushed, ${accounts}.</p>
		<div class="buttons">
			${button({ action: 'check', label: 'Check the publication', chinese: '全网发布检测' })}
			${button({ action: 'publish', label: 'Publish network-wide', chinese: '全网发布' })}
		</div>
		${checkResult(publicationCheck)}`;
}

function atOnce({ ipWhitelist, testAccounts }: Platform): Html {
	const whitelist = markup`<label
		>IP whitelist ${zh('白名单IP地址列表')}, one per line, <code>*</code> at the end for any rest, empty for
		all <textarea name="ipWhitelist" rows="2">${(ipWhitelist ?? []).join('\n')}</textarea>
	</label>`;
	const accounts = markup`<label
		>Test accounts ${zh('授权测试公众号/小程序列表')}: at most 10 original ids
		(<code>gh_…</code>), with <code>;</code> between them
		<textarea name="testAccounts" rows="1">${testAccounts.join(';')}</textarea>
	</label>`;
	return markup`<p>Neither needs a publication.</p>
		${form('setIpWhitelist', whitelist, 'Save the IP whitelist', '保存')}
		${form('setTestAccounts', accounts, 'Save the test accounts', '保存')}`;
}

function tickets(world: World, { pushingStopped }: Platform): Html {
	const { ticketIntervalSeconds } = world.settings;
	const byItself =
		ticketIntervalSeconds > 0 ? `every ${ticketIntervalSeconds} seconds` : 'only on demand';
	return markup`<p>
			Tickets <code>component_verify_ticket</code>
			${pushingStopped ? markup`are <b>not pushed</b>` : `are pushed ${byItself}`}.
		</p>
		<div class="buttons">
			${
				pushingStopped
					? button({ action: 'startTickets', label: 'Start pushing tickets', chinese: '开启推送' })
					: button({ action: 'stopTickets', label: 'Stop pushing tickets', chinese: '停止推送' })
			}
			${button({ action: 'pushTicket', label: 'Push a ticket now', chinese: '立即推送' })}
		</div>`;
}

function permissionSets({ appId, permissionSets: ids }: Platform): Html {
	return markup`<p>${ids.map(setName)}</p>
		<p>
			They are managed on the <a href="${addressOf('developer-platform', appId)}"
			>WeChat Developer Platform ${zh('微信开发者平台')}</a>:
			<span lang="zh-CN">我的业务 > 第三方平台 > 权限集 > 管理权限集</span>
		</p>`;
}

const limitLabels = {
	callsPerDay: 'Calls of an API, per account and day (45009)',
	callsPerMinute: 'Calls of an API, per account and minute (45011)',
	sameCompanyLinks: 'Linked Mini Programs of the own company (89009)',
	otherCompanyLinks: 'Linked Mini Programs of other companies (89407)',
	sameCompanyLinksPerMonth: 'Invitations to the own company in a month (89016)',
	otherCompanyLinksPerMonth: 'Invitations to other companies in a month (89017)',
	linksPerMonth: 'Invitations in a month (89007)',
} as const;

/** The names of the limits, as `setLimits` takes them. */
export const limitNames = Object.keys(limitLabels) as Array<keyof typeof limitLabels>;

function quotas({ limits }: World): Html {
	const fields = limitNames.map(
		(name) =>
			markup`<label
				>${limitLabels[name]}
				<input type="number" min="0" name="${name}" value="${limits[name] ?? ''}"
			/></label>`,
	);
	return markup`<p>WeChat’s numbers for every account; an empty one is no limit.</p>
		${form('setLimits', markup`${fields}`, 'Save the quotas', '保存')}`;
}

/** What WeChat does to an account; a cancelled one cannot come back. */
const whatWeChatDoes: Readonly<Partial<Record<AccountStatus, readonly Button[]>>> = {
	authorized: [
		{ action: 'freeze', label: 'Freeze, as WeChat', chinese: '账号冻结' },
		{ action: 'ban', label: 'Ban, as WeChat', chinese: '账号封禁' },
		{ action: 'cancel', label: 'Cancel, as WeChat', chinese: '账号注销' },
	],
	frozen: [{ action: 'unfreeze', label: 'Unfreeze, as WeChat', chinese: '解冻' }],
	banned: [{ action: 'unfreeze', label: 'Unban, as WeChat', chinese: '解封' }],
};

function accounts(world: World, platform: Platform): Html {
	const own = world.allAccounts().filter((account) => isAuthorizedFor(world, account, platform));
	const entries = own.map(({ appId, name, status }) => {
		const actions = whatWeChatDoes[status] ?? [];
		const buttons = actions.map((one) =>
			button({ ...one, about: name, fields: { account: appId } }),
		);
		return markup`<a href="${addressOf('official-account', appId)}">${name}</a> (${appId}):
			${accountStates[status]} ${buttons}`;
	});
	return list(entries, 'No account has authorized the platform.');
}

/** The console of a third-party platform, the only page that shows its values. */
export function platformBody(world: World, platform: Platform): Html {
	const { appId } = platform;
	return markup`<h1>Third-party platform ${zh('第三方平台')}</h1>
		<p>${appId}, the page of its provider ${zh('服务商')}</p>
		${section('basics', 'Basic information', '基本信息', basics(platform))}
		${section('development', 'Development information', '开发资料', development(platform))}
		${section('publication', 'Publication', '全网发布', publication(platform))}
		${section('at-once', 'Lists that apply at once', '开发信息', atOnce(platform))}
		${section('sets', 'Permission sets', '权限集', permissionSets(platform))}
		${section('tickets', 'Tickets', '票据推送', tickets(world, platform))}
		${section('accounts', 'Authorized accounts', '已授权账号', accounts(world, platform))}
		${section('quotas', 'Quotas', '调用额度', quotas(world))}
		${section('history', 'Pushed', '推送记录', pushHistory(world.pusher.pushes({ platform: appId })))}`;
}
