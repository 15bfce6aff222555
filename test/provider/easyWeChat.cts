import { CacheInterface, OpenPlatform, ServerRequest } from 'node-easywechat';
import { createHash } from 'node:crypto';

import type {
	GivenToken,
	PlatformValues,
	RawRequest,
	ReadMessage,
	SetUp,
	Software,
	TokenMaker,
} from './software.cts';

/** What node-easywechat keeps, for as long as it says. */
class MemoryCache extends CacheInterface {
	private readonly entries = new Map<string, { data: unknown; endsAt: number }>();

	/** What is kept now. */
	peek(key: string): unknown {
		const entry = this.entries.get(key);
		return entry && entry.endsAt > Date.now() ? entry.data : null;
	}

	override async get(key: string): Promise<unknown> {
		return await Promise.resolve(this.peek(key));
	}

	override async has(key: string): Promise<boolean> {
		return (await this.get(key)) !== null;
	}

	override async set(key: string, data: unknown = null, lifetime = 0): Promise<boolean> {
		const endsAt = lifetime > 0 ? Date.now() + lifetime * 1000 : Infinity;
		this.entries.set(key, { data, endsAt });
		return await Promise.resolve(true);
	}

	override async delete(key: string): Promise<boolean> {
		return await Promise.resolve(this.entries.delete(key));
	}

	forget(isForgotten: (key: string) => boolean): void {
		for (const key of this.entries.keys()) if (isForgotten(key)) this.entries.delete(key);
	}
}

const TICKET_KEY = 'open_platform.verify_ticket.';

interface WeChatAnswer extends Record<string, unknown> {
	errcode?: number;
	errmsg?: string;
}

/** A provider's software built with node-easywechat, by its manual: an application for each request. */
class EasyWeChat implements Software, TokenMaker {
	ticket = '';

	readonly refusals: string[] = [];

	askElsewhere: TokenMaker['askElsewhere'] = null;

	isAtRest = false;

	readonly tokens = this;

	private readonly cache = new MemoryCache();

	private readonly codes = new Map<string, string>();

	private readonly refreshTokens = new Map<string, string>();

	/** Runs the calls that make tokens one after another, which node-easywechat does not ensure itself. */
	private queue: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly platform: PlatformValues,
		private readonly apiBaseUrl: string,
	) {}

	async read({ url, headers, body }: RawRequest): Promise<ReadMessage> {
		const app = this.app();
		app.setRequest(new ServerRequest('POST', url, { ...headers }, body));
		let read: ReadMessage | undefined;
		const server = app.getServer();
		server.with(async (message, next) => {
			const fields = message.toObject() as Record<string, string>;
			read = {
				infoType: fields.InfoType,
				account: fields.AuthorizerAppid ?? null,
				fields,
			};
			return await next?.(message);
		});
		const response = await server.serve();
		if (!read || response.getBody().toString() !== 'success') throw new Error('it was not read');
		return read;
	}

	noteCode(account: string, code: string): void {
		if (this.askElsewhere || this.isAtRest) return;
		this.codes.set(account, code);
		this.cache.forget((key) => key.includes(account));
	}

	async of(account: string): Promise<GivenToken> {
		const kept = this.keptTokenOf(account);
		if (kept !== '') return { token: kept };
		return await this.inTurn(async () => {
			const token = this.keptTokenOf(account) || (await this.make(account));
			return { token };
		});
	}

	async forgetOne(account: string): Promise<void> {
		await this.cache.delete(this.keyOf(account));
	}

	forget(): void {
		this.cache.forget((key) => !key.startsWith(TICKET_KEY));
		this.refreshTokens.clear();
	}

	async list(): Promise<object> {
		return { list: await this.inTurn(async () => await this.readList()) };
	}

	canCall(account: string): boolean {
		return !this.isAtRest || this.keptTokenOf(account) !== '';
	}

	async readLinks(account: string): Promise<number> {
		const { token } = await this.of(account);
		const errcode = await this.readLinksWith(account, token);
		if (errcode !== 40001 || !this.askElsewhere) return errcode;
		const other = await this.askElsewhere(account, token);
		await this.keepForeign(account, other);
		return await this.readLinksWith(account, other.token);
	}

	private async readLinksWith(account: string, token: string): Promise<number> {
		const officialAccount = this.app().getOfficialAccountWithAccessToken(account, token);
		officialAccount.getHttpClient().setLogger(this.noteRefusal);
		const response = await officialAccount.getClient().postJson('cgi-bin/wxopen/wxamplinkget', {});
		return Number((response.toObject() as WeChatAnswer).errcode ?? 0);
	}

	private async make(account: string): Promise<string> {
		if (this.askElsewhere) {
			return await this.keepForeign(account, await this.askElsewhere(account));
		}
		if (this.isAtRest) throw new Error(`no token for ${account} while tokens are made nowhere`);
		const app = this.app();
		const code = this.codes.get(account);
		if (code !== undefined) {
			const authorization = await app.getAuthorization(code);
			this.refreshTokens.set(account, authorization.getRefreshToken());
			this.codes.delete(account);
		}
		if (!this.refreshTokens.has(account)) await this.readList();
		return await app.getAuthorizerAccessToken(account, this.refreshTokens.get(account) ?? '');
	}

	private async keepForeign(account: string, { token, expiresIn }: GivenToken): Promise<string> {
		await this.cache.set(foreignKey(account), token, expiresIn);
		return token;
	}

	/** The merchants, whose refresh tokens WeChat gives back with them. */
	private async readList(): Promise<object[]> {
		const response = await this.app()
			.getClient()
			.postJson('cgi-bin/component/api_get_authorizer_list', {
				component_appid: this.platform.appId,
				offset: 0,
				count: 500,
			});
		const { list = [] } = response.toObject() as {
			list?: Array<{ authorizer_appid: string; refresh_token: string }>;
		};
		for (const one of list) this.refreshTokens.set(one.authorizer_appid, one.refresh_token);
		return list.map(({ authorizer_appid }) => ({ authorizer_appid }));
	}

	private keptTokenOf(account: string): string {
		return String(this.cache.peek(this.keyOf(account)) ?? '');
	}

	/** The key under which a merchant's token is kept, whether node-easywechat made it or it came from elsewhere. */
	private keyOf(account: string): string {
		if (this.askElsewhere) return foreignKey(account);
		const refreshToken = this.refreshTokens.get(account) ?? '';
		const md5 = createHash('md5').update(refreshToken).digest('hex');
		return `open-platform.authorizer_access_token.${account}.${md5}`;
	}

	private async inTurn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.queue.then(work);
		this.queue = result.catch(() => undefined);
		return await result;
	}

	private app(): OpenPlatform {
		const app = new OpenPlatform({
			app_id: this.platform.appId,
			secret: this.platform.appSecret,
			token: this.platform.messageToken,
			aes_key: this.platform.encodingAesKey,
			http: { baseURL: `${this.apiBaseUrl}/` },
		});
		app.setCache(this.cache);
		app.getHttpClient().setLogger(this.noteRefusal);
		return app;
	}

	private readonly noteRefusal = (
		type: string,
		{ url }: { url?: string },
		_time?: number,
		response?: { data: WeChatAnswer },
	) => {
		const { errcode, errmsg } = response?.data ?? {};
		if (type === 'after' && errcode) this.refusals.push(`${url}: ${errcode} ${errmsg}`);
	};
}

function foreignKey(account: string): string {
	return `elsewhere.${account}`;
}

/** Software by other authors, which shares no assumptions with this package. */
export const easyWeChat: SetUp = (platform, apiBaseUrl) => new EasyWeChat(platform, apiBaseUrl);
