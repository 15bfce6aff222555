import type { MiniProgram } from '../platform/accounts.cts';
import { markup, zh } from './html.cts';
import type { Html } from './html.cts';
import { WAITS_FOR_MINI_PROGRAM } from '../links/relations.cts';
import type { Relation } from '../types.cts';
import type { World } from '../world.cts';
import { sites } from './page.cts';
import type { Page } from './page.cts';
import { button, linkState, list, section } from './parts.cts';

interface Partner {
	readonly appId: string;
	readonly name: string;
	readonly relation: Relation;
}

function partnersOf(world: World, miniProgram: MiniProgram): Partner[] {
	return world.relations.with(miniProgram.appId).map(([appId, relation]) => ({
		appId,
		name: world.findAccount(appId)?.name ?? appId,
		relation,
	}));
}

/** A template message (模板消息) that waits for an answer. */
function message({ appId, name }: Partner): Html {
	const shared = { about: `to be linked by ${name}`, fields: { account: appId } };
	return markup`<p>
			The Official Account <b>${name}</b> (${appId}) wants to link this Mini Program
			${zh('关联小程序')}
		</p>
		${button({ action: 'agree', label: 'Agree', chinese: '同意', ...shared })}
		${button({ action: 'refuse', label: 'Refuse', chinese: '拒绝', ...shared })}`;
}

function settings({ forbidsLinking, banned }: MiniProgram): Html {
	return markup`<p>
			Official Accounts ${forbidsLinking ? markup`<b>may not</b>` : 'may'} link this Mini Program
			${zh('公众号关联设置')}
		</p>
		${
			forbidsLinking
				? button({ action: 'allow', label: 'Allow linking', chinese: '允许关联' })
				: button({ action: 'forbid', label: 'Forbid linking', chinese: '禁止关联' })
		}
		<p>
			${
				banned
					? markup`WeChat <b>banned</b> this Mini Program`
					: 'WeChat has not banned this Mini Program'
			}
			${zh('封禁')}
		</p>
		${
			banned
				? button({ action: 'unban', label: 'Lift the ban, as WeChat', chinese: '解封' })
				: button({ action: 'ban', label: 'Ban, as WeChat', chinese: '封禁' })
		}`;
}

function body(world: World, miniProgram: MiniProgram): Html {
	const partners = partnersOf(world, miniProgram);
	const waiting = partners.filter(({ relation }) => relation.status === WAITS_FOR_MINI_PROGRAM);
	const entries = partners.map(
		({ appId, name, relation }) => markup`<b>${name}</b> (${appId}): ${linkState(relation)}`,
	);
	return markup`<h1>${miniProgram.nickname}</h1>
		<p>
			Mini Program ${zh('小程序')} ${miniProgram.appId}, the page of its administrator
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
			'Official Accounts',
			'关联的公众号',
			list(entries, 'There are no links and no invitations.'),
		)}
		${section('settings', 'Settings', '设置', settings(miniProgram))}`;
}

const accountOf = (fields: URLSearchParams): string => fields.get('account') ?? '';

export const miniProgramPage: Page = {
	show: (world, appId) => {
		const miniProgram = world.findMiniProgram(appId);
		return miniProgram
			? { title: miniProgram.nickname, site: sites.accounts, body: body(world, miniProgram) }
			: null;
	},
	actions: {
		agree: {
			run: (controls, appId, fields) => controls.miniProgramAdminAgrees(accountOf(fields), appId),
			done: 'You agreed. The Mini Program is linked.',
		},
		refuse: {
			run: (controls, appId, fields) => controls.miniProgramAdminRefuses(accountOf(fields), appId),
			done: 'You refused the invitation.',
		},
		allow: {
			run: (controls, appId) => controls.changeMiniProgram(appId, { forbidsLinking: false }),
			done: 'Official Accounts may link this Mini Program.',
		},
		forbid: {
			run: (controls, appId) => controls.changeMiniProgram(appId, { forbidsLinking: true }),
			done: 'Official Accounts may not link this Mini Program; they get 89245.',
		},
		ban: {
			run: (controls, appId) => controls.changeMiniProgram(appId, { banned: true }),
			done: 'The Mini Program is banned; linking and unlinking give 89013.',
		},
		unban: {
			run: (controls, appId) => controls.changeMiniProgram(appId, { banned: false }),
			done: 'The ban is lifted.',
		},
	},
};
