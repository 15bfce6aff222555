import { markup, zh } from './html.cts';
import type { Html } from './html.cts';
import { WAITS_FOR_MINI_PROGRAM, WAITS_FOR_OFFICIAL_ACCOUNT } from '../links/relations.cts';
import type { World } from '../world.cts';
import { addressOf } from './page.cts';
import { accountStates, list, section } from './parts.cts';

function waiting(count: number): string {
	return count === 0 ? '' : `, ${count} waiting for an answer`;
}

function officialAccounts(world: World): Html[] {
	return world.allAccounts().flatMap(({ appId, name, kind, status }) => {
		if (kind !== 'officialAccount') return [];
		const open = [...world.relations.of(appId).values()].filter(
			(relation) => relation.unlinkPending || relation.status === WAITS_FOR_OFFICIAL_ACCOUNT,
		);
		return markup`<a href="${addressOf('official-account', appId)}">${name}</a> (${appId}):
			${accountStates[status]}${waiting(open.length)}`;
	});
}

function miniPrograms(world: World): Html[] {
	return world.allMiniPrograms().map(({ appId, nickname, banned }) => {
		const open = world.relations
			.with(appId)
			.filter(([, { status }]) => status === WAITS_FOR_MINI_PROGRAM);
		return markup`<a href="${addressOf('mini-program', appId)}">${nickname}</a> (${appId})${
			banned ? ', banned' : ''
		}${waiting(open.length)}`;
	});
}

function platforms(world: World): Html[] {
	return world.platforms.all().map(
		({ appId }) =>
			markup`<b>${appId}</b>: <a href="${addressOf('platform', appId)}">Console ${zh('详情')}</a>,
					<a href="${addressOf('developer-platform', appId)}">Permission sets ${zh('权限集')}</a>`,
	);
}

/** Everybody whom a person can play, and who has something to answer. */
export function startBody(world: World): Html {
	return markup`<h1>People of the local WeChat</h1>
		<p>Nothing here belongs to WeChat. Anybody who opens this page can play every person below.</p>
		${section(
			'platforms',
			'Third-party platforms',
			'第三方平台',
			list(platforms(world), 'There is none.'),
		)}
		${section(
			'official-accounts',
			'Official Accounts',
			'公众号',
			list(officialAccounts(world), 'There are none.'),
		)}
		${section(
			'mini-programs',
			'Mini Programs',
			'小程序',
			list(miniPrograms(world), 'There are none.'),
		)}`;
}
