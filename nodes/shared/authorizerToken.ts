import { obstacleOf, readAuthorizer } from '../wechat/authorizer';
import { notSent, type Reply } from '../wechat/reply';
import type { Platform } from './platform';
import { TokenCache } from './tokenCache';
import { isAccepted, isRejected, type TokenSource } from './tokens';
import type { Transport, WeChatRequest } from './transport';

/** Seconds, where the answer leaves it out. */
const USUAL_LIFE = 7200;

/** The merchants' tokens in this process, for all runs. */
const CACHE = new TokenCache<Reply>();

/** Everything that tells two tokens apart. */
function keyOf(baseUrl: string, componentAppId: string, appId: string): string {
	return JSON.stringify([baseUrl, componentAppId, appId]);
}

/** Forgets the token of a merchant whose authorization has changed or ended. */
export function dropAuthorizerToken(baseUrl: string, componentAppId: string, appId: string): void {
	CACHE.drop(keyOf(baseUrl, componentAppId, appId));
}

/**
 * The token of a merchant who authorised the platform. Nothing of it is stored: the refresh token
 * can be read back from WeChat at any time, and says as well what the merchant has granted.
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
		if (!isRejected(reply) || !CACHE.expire(this.key, token)) return [reply];

		const renewed = await this.token();
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

	/** @returns the token, or a reply that says why there is none */
	private async token(): Promise<string | Reply> {
		return CACHE.get(this.key) ?? (await CACHE.renew(this.key, async () => await this.fetch()));
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
		CACHE.set(this.key, token, (Number(life) || USUAL_LIFE) * 1000);
		return token;
	}
}

/** The answer to a call for the token stands for the item's own call, which was not made. */
function withoutCall(reply: Reply): Reply {
	return { ...reply, missing: 'notSent' };
}
