import type { Answer } from '../calls/client';
import type { ComponentApi } from '../wechat/apis';
import type { Vault } from './vault';
import type { CredentialAccess } from './shelf';

/** Calls an API of the platform; component_appid is added to the body. */
export type AskPlatform = (api: ComponentApi, body?: Record<string, unknown>) => Promise<Answer>;

/** The platform as whoever makes a merchant's token needs it. */
export interface PlatformCaller {
	readonly vault: Vault;
	readonly access: CredentialAccess;
	/** @param isUnwanted whether no further call should start */
	asking(isUnwanted?: () => boolean): AskPlatform;
}
