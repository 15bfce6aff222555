import { readAuthorizer } from '../wechat/authorizer';
import type { Platform } from './platform';

/** An account as a list in the editor shows it: its name and appid, the appid alone without a name. */
export async function nameOfAuthorizer(platform: Platform, appId: string): Promise<string> {
	const answer = await platform.call('api_get_authorizer_info', { authorizer_appid: appId });
	const name = answer.errcode === 0 ? readAuthorizer(appId, answer.payload).name : null;
	return name ? `${name} (${appId})` : appId;
}
