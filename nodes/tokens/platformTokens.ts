import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { Holds, type Caller, type TokenSource } from '../calls/caller';
import { Client } from '../calls/client';
import type { Context } from '../calls/context';
import { Transport } from '../calls/transport';
import { authorizerTokenRecipe } from './authorizerToken';
import { componentTokenRecipe } from './componentToken';
import { accessTo, credentialIdOf } from './credentialStore';
import type { AskPlatform, PlatformCaller } from './platformCaller';
import { PLATFORM_CREDENTIAL, PLATFORM_SHELF } from './platformShelf';
import { RenewableToken, TOKENS } from './renewal';
import type { Vault } from './vault';
import { vaultOf } from './vaults';
import type { CredentialAccess } from './shelf';

/** Milliseconds and calls for a request that makes a token, whatever the run that needs it allows. */
const TIMEOUT = 10_000;
const TRIES = 3;

/** The platform of a credential and its merchants, as far as tokens go, for one run. */
export class PlatformTokens implements Caller, PlatformCaller {
	readonly baseUrl: string;

	readonly vault: Vault;

	readonly access: CredentialAccess;

	readonly tokens: TokenSource;

	/** The platform's appid. */
	readonly appId: string;

	private readonly holds = new Holds();

	private readonly authorizers = new Map<string, TokenSource>();

	/** @param credentials as they have just been read for the item */
	constructor(
		private readonly context: Context,
		credentials: ICredentialDataDecryptedObject,
		itemIndex = 0,
	) {
		const id = credentialIdOf(context, PLATFORM_CREDENTIAL);
		this.vault = vaultOf(id, PLATFORM_SHELF, TOKENS, credentials);
		this.access = accessTo(context, PLATFORM_CREDENTIAL, itemIndex);
		this.appId = String(credentials.componentAppId ?? '').trim();
		const recipe = componentTokenRecipe(this.vault, (isUnwanted) => this.client(isUnwanted));
		this.tokens = new RenewableToken(this, recipe);
		const baseUrl = readBaseUrl(credentials.apiBaseUrl);
		this.baseUrl = typeof baseUrl === 'string' ? baseUrl : '';
	}

	holdOf: Caller['holdOf'] = (api) => this.holds.of(api);

	/** The token of a merchant who authorised the platform. */
	ofAuthorizer(appId: string): TokenSource {
		const known = this.authorizers.get(appId);
		if (known) return known;
		const source = new RenewableToken(this, authorizerTokenRecipe(this, appId));
		this.authorizers.set(appId, source);
		return source;
	}

	/** How makers of tokens call the platform: under rules that do not depend on any run. */
	asking(isUnwanted: () => boolean = () => false): AskPlatform {
		const client = this.client(isUnwanted);
		return async (api, body) =>
			await client.call(this, api, { component_appid: this.appId, ...body });
	}

	private client(isUnwanted: () => boolean): Client {
		const transport = new Transport(this.context, TIMEOUT);
		return new Client(transport, { maxTries: TRIES, isUnwanted, waitsForNextMinute: false });
	}
}
