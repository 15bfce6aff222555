import { obstacleOf, readAuthorizer } from '../wechat/authorizer';
import { describeErrcode } from '../wechat/errcodes';
import { notSent, type Reply } from '../wechat/reply';
import type { Platform } from '../accounts/platform';
import { TokenCache, type CachedToken } from './tokenCache';
import { isAccepted, isRejected, type TokenSource } from './credentialToken';
import type { Transport, WeChatRequest } from '../calls/transport';

/** Seconds, where the answer leaves it out. */
const USUAL_LIFE = 7200;

/** The merchants' tokens in this process, for all runs. */
const CACHE = new TokenCache<Reply>();

/** Everything that tells two tokens apart. */
function keyOf(baseUrl: string, componentAppId: string, appId: string): string {
	return JSON.stringify([baseUrl, componentAppId, appId]);
}

/** Forgets the token of a merchant whose authorization has changed or ended. */
export function dropAuthorizerToken(platform: Platform, appId: string): void {
	CACHE.drop(keyOf(platform.baseUrl, platform.appId, appId));
	platform.changedTokens.set(appId, null);
}

/** Takes over a merchant's token that another process has made. */
export function takeOverAuthorizerToken(
	platform: Platform,
	appId: string,
	stored: CachedToken,
): void {
	CACHE.takeOver(keyOf(platform.baseUrl, platform.appId, appId), stored);
}

/**
 * The token of a merchant who authorised the platform. The refresh token is never stored: it can
 * be read back from WeChat at any time, with what the merchant has granted.
 */
export class AuthorizerToken implements TokenSource {
	private readonly key: string;

	constructor(
		private readonly platform: Platform,
		private readonly appId: string,
	) {
		this.key = keyOf(platform.baseUrl, platform.appId, appId);
	}

	async send(transport: Transport, request: WeChatRequest): Promise<Reply[]> {
		const token = await this.token();
		if (typeof token !== 'string') return [token];
		const reply = await this.sendWith(token, transport, request);
		if (!isRejected(reply)) {
			if (hasLostItsRight(reply)) dropAuthorizerToken(this.platform, this.appId);
			return [reply];
		}
		if (!CACHE.expire(this.key, token)) return [reply];

		const renewed = await this.token(token);
		if (typeof renewed !== 'string') return [reply, renewed];
		return [reply, await this.sendWith(renewed, transport, request)];
	}

	private async sendWith(
		token: string,
		transport: Transport,
		request: WeChatRequest,
	): Promise<Reply> {
		const reply = await transport.send(request, token);
		if (isAccepted(reply)) CACHE.accept(this.key);
		return reply;
	}

	/**
	 * @param rejected the token that WeChat has just refused, if any
	 * @returns the token, or a reply that says why there is none
	 */
	private async token(rejected?: string): Promise<string | Reply> {
		return (
			CACHE.get(this.key) ??
			(await CACHE.renew(this.key, async () => {
				// Another worker may have renewed it.
				if (rejected) await this.platform.takeOverTokens();
				return CACHE.get(this.key) ?? (await this.fetch());
			}))
		);
	}

	/** Reads what the merchant has granted, then exchanges the refresh token. */
	private async fetch(): Promise<string | Reply> {
		const known = await this.platform.call('api_get_authorizer_info', {
			authorizer_appid: this.appId,
		});
		if (known.errcode !== 0) return withoutCall(known);
		const authorizer = readAuthorizer(this.appId, known.payload);
		const obstacle = obstacleOf(authorizer);
		if (obstacle) return notSent(obstacle.problem, obstacle.category, obstacle.hint);

		const answer = await this.platform.call('api_authorizer_token', {
			authorizer_appid: this.appId,
			authorizer_refresh_token: authorizer.refreshToken,
		});
		const { authorizer_access_token: token, expires_in: life } = answer.payload;
		if (answer.errcode !== 0 || typeof token !== 'string' || token === '') {
			return withoutCall(answer);
		}
		const made = CACHE.set(this.key, token, (Number(life) || USUAL_LIFE) * 1000);
		this.platform.changedTokens.set(this.appId, made);
		return token;
	}
}

/** The answer to a call for the token stands for the item's own call, which was not made. */
function withoutCall(reply: Reply): Reply {
	return { ...reply, missing: 'notSent' };
}

/** A token without the right to this call is made anew once the merchant has granted it. */
function hasLostItsRight({ errcode }: Reply): boolean {
	return errcode !== null && describeErrcode(errcode).category === 'authorization';
}
