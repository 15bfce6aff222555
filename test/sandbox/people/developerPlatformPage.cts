import { isAuthorizedFor } from '../platform/authorizations.cts';
import type { Platform } from '../platform/platforms.cts';
import type { World } from '../world.cts';
import { markup, zh } from './html.cts';
import type { Html } from './html.cts';
import { addressOf, sites } from './page.cts';
import type { Page } from './page.cts';
import { allSets, form, list, permissionSetBoxes, section, setName } from './parts.cts';

function sets({ permissionSets }: Platform): Html {
	const boxes = markup`<fieldset>
		<legend>Official Accounts ${zh('公众号')}</legend>
		${permissionSetBoxes(allSets(permissionSets), new Set(permissionSets))}
	</fieldset>`;
	return markup`<p>
			A change applies at once, without publication ${zh('编辑后即可生效，无需全网发布')}. An account that has
			authorized keeps what it granted until its administrator scans again ${zh('重新扫码授权')}.
		</p>
		${form('setPermissionSets', boxes, 'Save the permission sets', '保存')}`;
}

/** Accounts that lack a permission set of the platform. */
function toScanAgain(world: World, platform: Platform): Html {
	const entries = world.allAccounts().flatMap((account) => {
		if (!isAuthorizedFor(world, account, platform)) return [];
		const lacking = platform.permissionSets.filter((id) => !account.permissionSets.has(id));
		if (lacking.length === 0) return [];
		const address = addressOf('official-account', account.appId);
		return markup`<a href="${address}">${account.name}</a> (${account.appId}) lacks
			${lacking.map(setName)}`;
	});
	return list(entries, 'Nobody: all accounts have granted what the platform has.');
}

function body(world: World, platform: Platform): Html {
	return markup`<h1>Permission sets ${zh('管理权限集')}</h1>
		<p>
			Third-party platform <a href="${addressOf('platform', platform.appId)}">${platform.appId}</a>, the page
			of its provider ${zh('服务商')}
		</p>
		${section('sets', 'Permission sets', '权限集', sets(platform))}
		${section('scan', 'Have to scan again', '需重新扫码授权', toScanAgain(world, platform))}`;
}

/** The page for the permission sets of a platform. */
export const developerPlatformPage: Page = {
	show: (world, appId) => {
		const platform = world.platforms.find(appId);
		if (!platform) return null;
		return {
			title: `Permission sets of ${appId}`,
			site: sites.developerPlatform,
			trail: '我的业务 > 第三方平台 > 权限集 > 管理权限集',
			body: body(world, platform),
		};
	},
	actions: {
		setPermissionSets: {
			run: (controls, appId, fields) =>
				controls.changePlatform({ permissionSets: fields.getAll('set').map(Number) }, appId),
			done: 'The permission sets are saved and apply at once. Accounts keep what they granted until they scan again.',
		},
	},
};
