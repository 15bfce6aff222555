import type { Account, MiniProgram } from '../platform/accounts.cts';
import { markup, nothing, zh } from './html.cts';
import type { Html } from './html.cts';
import { linkUse } from '../links/linkQuota.cts';
import { newMiniProgram } from '../platform/accounts.cts';
import { isAuthorizedFor } from '../platform/authorizations.cts';
import { LINKED, WAITS_FOR_OFFICIAL_ACCOUNT } from '../links/relations.cts';
import type { FollowerMessage } from '../pushes/pushTypes.cts';
import type { Relation } from '../types.cts';
import type { World } from '../world.cts';
import { sites } from './page.cts';
import type { Page } from './page.cts';
import {
	accountStates,
	button,
	form,
	linkState,
	list,
	permissionSetBoxes,
	section,
	setName,
	table,
} from './parts.cts';

type Link = readonly [MiniProgram, Relation];

function linksOf(world: World, account: Account): Link[] {
	return [...world.relations.of(account.appId)].map(([appId, relation]) => [
		world.findMiniProgram(appId) ?? newMiniProgram({ appId }),
		relation,
	]);
}

/** A template message (模板消息) that waits for an answer. */
function message([{ appId, nickname }, { unlinkPending }]: Link): Html {
	const buttons = unlinkPending
		? ([
				['agreeToUnlink', 'Agree', '同意'],
				['refuseToUnlink', 'Refuse', '拒绝'],
			] as const)
		: ([
				['agree', 'Agree', '同意'],
				['refuse', 'Refuse', '拒绝'],
			] as const);
	const wanted = unlinkPending
		? markup`is to be unlinked from this account ${zh('解除关联')}`
		: markup`is to be linked to this account ${zh('关联小程序')}`;
	const about = `${unlinkPending ? 'to unlink' : 'to link'} ${nickname}`;
	return markup`<p><b>${nickname}</b> (${appId}) ${wanted}</p>
		${buttons.map(([action, label, chinese]) =>
			button({ action, label, chinese, about, fields: { miniProgram: appId } }),
		)}`;
}

function linkEntry([{ appId, nickname }, relation]: Link): Html {
	const fields = { miniProgram: appId };
	const remove =
		relation.status === LINKED
			? button({ action: 'unlink', label: 'Remove', chinese: '解除关联', about: nickname, fields })
			: nothing;
	return markup`<b>${nickname}</b> (${appId}): ${linkState(relation)} ${remove}`;
}

function authorization(world: World, account: Account): Html {
	const platform = world.platformOf(account);
	if (!platform) return markup`<p>There is no third-party platform.</p>`;
	const authorized = isAuthorizedFor(world, account, platform);
	const granted = [...account.permissionSets].map(
		(id) => markup`<span class="state done">${setName(id)}</span>`,
	);
	return markup`<p>Third-party platform ${platform.appId}: ${accountStates[account.status]}</p>
		${
			authorized
				? markup`<p>Granted permission sets ${zh('已授权权限集')}: ${granted}</p>
				${button({ action: 'withdraw', label: 'Withdraw the authorization', chinese: '取消授权' })}`
				: nothing
		}`;
}

/** An Official Account's console changes no permission sets: its administrator scans (documented). */
function scan(world: World, account: Account): Html {
	const platform = world.platformOf(account);
	if (!platform) return markup`<p>There is no third-party platform.</p>`;
	const boxes = markup`<fieldset>
		<legend>Permission sets ${zh('权限集')}</legend>
		${permissionSetBoxes(platform.permissionSets, new Set(platform.permissionSets))}
	</fieldset>`;
	if (!isAuthorizedFor(world, account, platform)) {
		return markup`<p>
				The administrator scans or opens a link of the platform. The button does the same without one.
			</p>
			${form('authorize', boxes, 'Authorize', '授权')}`;
	}
	return markup`<p>
			This console changes no permission sets of an Official Account. The administrator scans or opens a
			link of the platform again. The button does the same without one.
		</p>
		${form('authorizeAgain', boxes, 'Authorize again', '更新授权')}`;
}

/** What a follower wrote, and the result. */
function conversation({ text, answer, reads }: FollowerMessage): Html {
	if (reads !== null) return markup`<b>${text}</b>: the follower reads <q>${reads}</q>`;
	if (answer !== null) return markup`<b>${text}</b>: the platform took it, and does not reply`;
	return markup`<b>${text}</b>: the account granted the platform no messages ${zh('消息管理')}`;
}

function followers({ messages }: Account): Html {
	const field = markup`<label>Message ${zh('消息')} <textarea name="text" rows="1">你好</textarea></label>`;
	return markup`${form('write', field, 'Write, as a follower', '发送')}
		${list(messages.map(conversation), 'No follower has written yet.')}`;
}

function callsToday(account: Account): Html {
	const rows = [...account.callCounters].map(([path, { callsToday }]) => [path, callsToday]);
	return rows.length === 0
		? markup`<p>No API has been called yet.</p>`
		: table(['API', 'Calls of its last day'], rows);
}

function body(world: World, account: Account): Html {
	const links = linksOf(world, account);
	const waiting = links.filter(
		([, { status, unlinkPending }]) => unlinkPending || status === WAITS_FOR_OFFICIAL_ACCOUNT,
	);
	const use = linkUse(world, account, world.clock.now());
	return markup`<h1>${account.name}</h1>
		<p>
			Official Account ${zh('公众号')} ${account.appId}, the page of its administrator
			${zh('管理员')}
		</p>
		${section(
			'messages',
			'Template messages',
			'模板消息',
			list(waiting.map(message), 'Nothing waits for you.'),
		)}
		${section(
			'links',
			'Mini Programs',
			'关联的小程序',
			list(links.map(linkEntry), 'There are no links and no invitations.'),
		)}
		${section('authorization', 'Authorization', '授权管理', authorization(world, account))}
		${section('scan', 'With a phone', '扫码授权', scan(world, account))}
		${section('followers', 'Followers', '粉丝消息', followers(account))}
		${section(
			'use',
			'Used up',
			'已使用',
			markup`${table(
				['Limit', 'Used', 'Of'],
				use.map(({ name, used, limit }) => [name, used, limit ?? 'no limit']),
			)}
			${callsToday(account)}`,
		)}`;
}

const miniProgramOf = (fields: URLSearchParams): string => fields.get('miniProgram') ?? '';

const setsOf = (fields: URLSearchParams): number[] => fields.getAll('set').map(Number);

export const officialAccountPage: Page = {
	show: (world, appId) => {
		const account = world.findAccount(appId);
		return account
			? { title: account.name, site: sites.accounts, body: body(world, account) }
			: null;
	},
	actions: {
		agree: {
			run: (controls, appId, fields) =>
				controls.officialAccountAdminAgrees(appId, miniProgramOf(fields)),
			done: 'You agreed. Now the Mini Program’s administrator has to agree.',
		},
		refuse: {
			run: (controls, appId, fields) =>
				controls.officialAccountAdminRefuses(appId, miniProgramOf(fields)),
			done: 'You refused the invitation.',
		},
		agreeToUnlink: {
			run: (controls, appId, fields) =>
				controls.officialAccountAdminAgreesToUnlink(appId, miniProgramOf(fields)),
			done: 'You agreed. The Mini Program is no longer linked.',
		},
		refuseToUnlink: {
			run: (controls, appId, fields) =>
				controls.officialAccountAdminRefusesToUnlink(appId, miniProgramOf(fields)),
			done: 'You refused. The Mini Program stays linked.',
		},
		unlink: {
			run: (controls, appId, fields) =>
				controls.officialAccountAdminUnlinks(appId, miniProgramOf(fields)),
			done: 'The Mini Program is no longer linked.',
		},
		authorize: {
			run: (controls, appId, fields) =>
				controls.authorize({ account: appId, permissionSets: setsOf(fields) }),
			done: 'You authorized the platform. WeChat pushed “authorized” to it.',
		},
		authorizeAgain: {
			run: (controls, appId, fields) =>
				controls.reauthorize({ account: appId, permissionSets: setsOf(fields) }),
			done: 'You changed the permission sets. WeChat pushed “updateauthorized” to the platform.',
			unchanged: 'The permission sets are the same as before, so WeChat pushes nothing.',
		},
		write: {
			run: (controls, appId, fields) =>
				controls.writeAsFollower(appId, fields.get('text') ?? undefined),
			done: 'A follower wrote. The result is under Followers.',
		},
		withdraw: {
			run: (controls, appId) => controls.withdraw(appId),
			done: 'You withdrew the authorization. WeChat pushed “unauthorized” to the platform.',
		},
	},
};
