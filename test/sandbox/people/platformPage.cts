import { isAuthorizedFor } from '../platform/authorizations.cts';
import { markup, zh } from './html.cts';
import type { Html } from './html.cts';
import type { Platform } from '../platform/platforms.cts';
import type { World } from '../world.cts';
import { addressOf } from './page.cts';
import { accountStates, button, form, list, section, table } from './parts.cts';
import { checkResult, pushHistory } from './pushTable.cts';

function values(platform: Platform): Html {
	const { appId, appSecret, messageToken, encodingAesKey } = platform;
	return markup`<p>For a credential of n8n. Nobody else may know them.</p>
		${table(
			['Name', 'Value'],
			[
				['AppID', markup`<code>${appId}</code>`],
				['AppSecret', markup`<code>${appSecret}</code>`],
				['Token', markup`<code>${messageToken}</code>`],
				['EncodingAESKey', markup`<code>${encodingAesKey}</code>`],
			],
		)}`;
}

function pushing(world: World, { eventUrl, pushingStopped }: Platform): Html {
	const { ticketIntervalSeconds } = world.settings;
	const byItself =
		ticketIntervalSeconds > 0 ? `every ${ticketIntervalSeconds} seconds` : 'only on demand';
	const field = markup`<label
		>Push URL ${zh('授权事件接收URL')}
		<input type="url" name="eventUrl" size="60" value="${eventUrl ?? ''}"
	/></label>`;
	return markup`${form('setEventUrl', field, 'Save the push URL', '保存')}
		<p>
			Tickets <code>component_verify_ticket</code>
			${pushingStopped ? markup`are <b>not pushed</b>` : `are pushed ${byItself}`}.
		</p>
		${
			pushingStopped
				? button({ action: 'startTickets', label: 'Start pushing tickets', chinese: '开启推送' })
				: button({ action: 'stopTickets', label: 'Stop pushing tickets', chinese: '停止推送' })
		}
		${button({ action: 'pushTicket', label: 'Push a ticket now', chinese: '立即推送' })}`;
}

function check({ publicationCheck, permissionSets }: Platform): Html {
	const accounts = permissionSets.includes(1)
		? 'and WeChat’s test accounts authorize the platform and withdraw'
		: 'and nothing else, since the platform does not have permission set 1';
	return markup`<p>A ticket is pushed, ${accounts}.</p>
		${button({ action: 'check', label: 'Check the publication', chinese: '全网发布检测' })}
		${checkResult(publicationCheck)}`;
}

function settings(world: World, platform: Platform): Html {
	const { ipWhitelist, redirectDomain, permissionSets } = platform;
	const whitelist = markup`<label
		>IP whitelist ${zh('白名单IP')}, one a line, <code>*</code> at the end for any rest, empty for
		all <textarea name="ipWhitelist" rows="3" cols="30">${(ipWhitelist ?? []).join('\n')}</textarea>
	</label>`;
	const domain = markup`<label
		>Domain of the authorization’s start page ${zh('登录授权的发起页域名')}, empty for any;
		${world.settings.requireReferer ? 'a link works only on a page of it' : 'a link works everywhere'}
		<input name="redirectDomain" size="40" value="${redirectDomain ?? ''}"
	/></label>`;
	const sets = markup`<label
		>Permission sets ${zh('权限集')}, with commas
		<input name="permissionSets" size="40" value="${permissionSets.join(', ')}"
	/></label>`;
	return markup`<p>${form('setIpWhitelist', whitelist, 'Save the IP whitelist', '保存')}</p>
		<p>${form('setDomain', domain, 'Save the domain', '保存')}</p>
		<p>${form('setPermissionSets', sets, 'Save the permission sets', '保存')}</p>`;
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

function accounts(world: World, platform: Platform): Html {
	const own = world.allAccounts().filter((account) => isAuthorizedFor(world, account, platform));
	const entries = own.map(({ appId, name, status }) => {
		const shared = { about: name, fields: { account: appId } };
		const action =
			status === 'frozen'
				? button({ action: 'unfreeze', label: 'Unfreeze, as WeChat', chinese: '解冻', ...shared })
				: button({ action: 'freeze', label: 'Freeze, as WeChat', chinese: '账号冻结', ...shared });
		return markup`<a href="${addressOf('official-account', appId)}">${name}</a> (${appId}):
			${accountStates[status]} ${action}`;
	});
	return list(entries, 'No account has authorized the platform.');
}

/** The console of a third-party platform, the only page that shows its values. */
export function platformBody(world: World, platform: Platform): Html {
	const { appId } = platform;
	return markup`<h1>Third-party platform ${zh('第三方平台')}</h1>
		<p>
			${appId}, the page of its provider ${zh('服务商')}, as on the WeChat Open Platform
			${zh('微信开放平台')}
		</p>
		${section('values', 'Values', '开发资料', values(platform))}
		${section('pushing', 'Pushes', '授权事件推送', pushing(world, platform))}
		${section('check', 'Publication check', '全网发布检测', check(platform))}
		${section('settings', 'Settings', '设置', settings(world, platform))}
		${section('accounts', 'Authorized accounts', '已授权账号', accounts(world, platform))}
		${section('quotas', 'Quotas', '调用额度', quotas(world))}
		${section('history', 'Pushed', '推送记录', pushHistory(world.pusher.pushes({ platform: appId })))}`;
}
