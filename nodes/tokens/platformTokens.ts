import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { fixedToken, type Caller, type TokenSource } from '../calls/caller';
import { Client } from '../calls/client';
import { roadOf, type Road } from '../calls/road';
import { Transport, type Context } from '../calls/transport';
import { type AskPlatform, knownKindOf } from './authorizerInfo';
import { accessTo, type CredentialAccess, credentialIdOf } from './credentialStore';
import { type KeptTokens, keptTokensOf } from './keptTokens';
import { PLATFORM_CREDENTIAL } from './platformFields';
import { authorizerTokenRecipe, componentTokenRecipe, serviceTokenRecipe } from './recipes';
import { RenewableToken } from './renewal';
import { readToken, TOKENS } from './tokenCache';
import { authorizerKey, componentKey, PLATFORM_TOKENS } from './tokenFields';
import { isTokenService, listServiceAccounts, tokenServiceRequest } from './tokenService';
import type { ServiceAccount } from './tokenServiceAnswers';
import { isOtherKind } from '../wechat/accountKind';
import { noOfficialAccount } from '../wechat/accountObstacles';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { givenText } from '../wechat/values';

/**
 * Milliseconds and number of tries for a call that makes a token, whatever the limits of the run that needs the
 * token. Turn relies on the milliseconds.
 */
const TIMEOUT = 5000;
const TRIES = 3;

/** The tokens of a credential's platform and of its merchants, for one run. */
export class PlatformTokens implements Caller {
	readonly road: Road;

	readonly kept: KeptTokens;

	private readonly access: CredentialAccess;

	readonly tokens: TokenSource;

	/** The platform's appid. */
	readonly appId: string;

	/** Whether a server that runs the platform makes all tokens; then this n8n makes none. */
	readonly isService: boolean;

	private readonly authorizers = new Map<string, TokenSource>();

	/**
	 * @param credentials as they have just been read for the item
	 * @param readAt when their reading began, by `performance.now()`
	 */
	constructor(
		private readonly context: Context,
		readonly credentials: ICredentialDataDecryptedObject,
		readAt: number,
		itemIndex = 0,
	) {
		const id = credentialIdOf(context, PLATFORM_CREDENTIAL);
		this.kept = keptTokensOf(id, PLATFORM_TOKENS, credentials, readAt);
		this.access = accessTo(context, PLATFORM_CREDENTIAL, itemIndex);
		this.kept.shared?.open(this.access);
		this.appId = givenText(credentials.componentAppId);
		this.isService = isTokenService(credentials);
		this.tokens = this.isService ? fixedToken(TOKEN_IS_ELSEWHERE) : this.ownToken();
		this.road = roadOf(credentials, context.logger);
	}

	/** The token of a merchant who authorized the platform. */
	ofAuthorizer(appId: string): TokenSource {
		const known = this.authorizers.get(appId);
		if (known) return known;
		const kind = knownKindOf(this.kept, appId);
		if (isOtherKind(kind)) return fixedToken(noOfficialAccount(appId, kind));
		const recipe = this.isService
			? serviceTokenRecipe(this.context, this.kept, appId)
			: authorizerTokenRecipe(this.kept, this.asking, appId);
		const source = new RenewableToken(this.kept, recipe);
		this.authorizers.set(appId, source);
		return source;
	}

	/**
	 * A merchant's current token: this run has just read the credential, which all processes share.
	 *
	 * @param rejected a token that WeChat has rejected elsewhere, '' for none; if it is still in use here,
	 *   another one is made
	 * @returns the token, and the time from which a newer one is made: milliseconds since 1970
	 */
	async currentTokenOf(
		appId: string,
		rejected: string,
	): Promise<{ value: string; renewAt: number } | Obstacle> {
		const key = authorizerKey(this.kept.origin, appId);
		const rejectedToken = readToken(rejected);
		if (rejectedToken !== '') TOKENS.reject(key, rejectedToken);
		const value = await this.ofAuthorizer(appId).get();
		if (isObstacle(value)) return value;
		return { value, renewAt: TOKENS.tokenOf(key)?.renewAt ?? Date.now() };
	}

	/** Gives up the platform's own token, which WeChat has rejected, if it is still the one in use. */
	reject(token: string): void {
		TOKENS.reject(componentKey(this.kept.origin), token);
	}

	/** The accounts that the token service lists. */
	async listOfService(): Promise<ServiceAccount[] | Obstacle> {
		return await listServiceAccounts(this.context, this.kept.latest);
	}

	/** Why no call can be made, such as a platform without a ticket. */
	async obstacle(): Promise<Obstacle | undefined> {
		const needed = this.isService
			? tokenServiceRequest(this.kept.latest, '')
			: await this.tokens.get();
		return isObstacle(needed) ? needed : undefined;
	}

	/** Stores what the run has kept, and ends its use of the credential. */
	async settle(): Promise<void> {
		await this.kept.settle(this.access);
	}

	/** How recipes call the platform: with limits that do not depend on any run. */
	asking = (isUnwanted?: () => boolean): AskPlatform => this.callingWith(this.client(isUnwanted));

	/** How the platform is called with the limits of a client. */
	callingWith(client: Client): AskPlatform {
		return async (api, body) =>
			await client.call(this, api, { component_appid: this.appId, ...body });
	}

	private ownToken(): TokenSource {
		const recipe = componentTokenRecipe(this.kept, (isUnwanted) => this.client(isUnwanted));
		return new RenewableToken(this.kept, recipe);
	}

	private client(isUnwanted?: () => boolean): Client {
		const transport = new Transport(this.context, TIMEOUT);
		return new Client(transport, { maxTries: TRIES, isUnwanted, waitsForNextMinute: false });
	}
}

/** Why the platform's own token cannot be used: another server has it. */
export const TOKEN_IS_ELSEWHERE: Obstacle = {
	category: 'authorization',
	problem: "This needs the platform's own token, which the server behind the token service keeps",
	hint: {
		en: 'Do this with the server that runs your platform. In n8n it works only if Token Source in the credential is Platform; only one system may make the tokens.',
		'zh-CN':
			'请在运行第三方平台的服务器上进行此操作。只有凭证的 Token Source 为 Platform 时才能在 n8n 中进行；只能由一个系统获取令牌。',
	},
	whoActs: 'operator',
};
