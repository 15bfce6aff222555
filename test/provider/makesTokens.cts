import type { TokenMaker } from './software.cts';

/** WeChat's answer, as far as tokens go. */
interface Answer {
	errcode?: number;
	errmsg?: string;
	component_access_token?: string;
	authorizer_access_token?: string;
	expires_in?: number;
	authorization_info?: { authorizer_refresh_token?: string };
	list?: Array<{ authorizer_appid: string; refresh_token: string }>;
}

interface Kept {
	value: string;
	endsAt: number;
}

/** Tokens are made anew this long before their end, in milliseconds. */
const RESERVE_MS = 10 * 60_000;

/** Makes a platform's tokens with nothing but fetch. */
export class MakesTokens implements TokenMaker {
	/** The newest ticket. */
	ticket = '';

	/** Calls that WeChat refused, by what was asked. */
	readonly refusals: string[] = [];

	/** Where it asks for a merchant's token instead of making one, if anywhere. */
	askElsewhere: TokenMaker['askElsewhere'] = null;

	/** Whether it has stopped making tokens, and only uses those that it has. */
	isAtRest = false;

	private component: Promise<Kept> | undefined;

	private making: Promise<Kept> | undefined;

	private readonly authorizers = new Map<string, Promise<Kept>>();

	private readonly codes = new Map<string, string>();

	constructor(
		private readonly platform: { appId: string; appSecret: string },
		private readonly apiBaseUrl: string,
	) {}

	/** A merchant's authorization code, to be exchanged by whoever makes the tokens. */
	noteCode(account: string, code: string): void {
		if (this.askElsewhere || this.isAtRest) return;
		this.codes.set(account, code);
		this.authorizers.delete(account);
	}

	/** The token of a merchant; a new one if none is kept or the kept one ends soon. */
	async of(account: string): Promise<{ token: string; expiresIn: number }> {
		const known = await this.authorizers.get(account);
		const isGood = known && known.endsAt - (this.askElsewhere ? 0 : RESERVE_MS) > Date.now();
		if (!isGood && !(known && this.isAtRest)) {
			this.authorizers.set(account, this.make(account));
		}
		const { value, endsAt } = (await this.authorizers.get(account)) as Kept;
		return { token: value, expiresIn: Math.floor((endsAt - Date.now()) / 1000) };
	}

	async list(): Promise<object> {
		const { list = [] } = await this.ask('api_get_authorizer_list', { offset: 0, count: 500 });
		return { list: list.map(({ authorizer_appid }) => ({ authorizer_appid })) };
	}

	/** Whether it can call for a merchant: at rest it has to have the token already. */
	canCall(account: string): boolean {
		return !this.isAtRest || this.authorizers.has(account);
	}

	/** Reads a merchant's links; gives the errcode. */
	async readLinks(account: string): Promise<number> {
		const { token: value } = await this.of(account);
		const { errcode = 0 } = await this.post('wxopen/wxamplinkget', { access_token: value }, {});
		return errcode;
	}

	async forgetOne(account: string): Promise<void> {
		this.authorizers.delete(account);
		await Promise.resolve();
	}

	/** Forgets all tokens, as a restart does. */
	forget(): void {
		this.authorizers.clear();
		this.component = undefined;
	}

	private async make(account: string): Promise<Kept> {
		if (this.askElsewhere) {
			const { token, expiresIn } = await this.askElsewhere(account);
			return kept(token, expiresIn);
		}
		if (this.isAtRest) throw new Error(`no token for ${account} while tokens are made nowhere`);
		const code = this.codes.get(account);
		if (code !== undefined) {
			await this.ask('api_query_auth', { authorization_code: code });
			this.codes.delete(account);
		}
		const { list = [] } = await this.ask('api_get_authorizer_list', { offset: 0, count: 500 });
		const refreshToken = list.find(({ authorizer_appid }) => authorizer_appid === account);
		const answer = await this.ask('api_authorizer_token', {
			authorizer_appid: account,
			authorizer_refresh_token: refreshToken?.refresh_token ?? '',
		});
		return kept(answer.authorizer_access_token, answer.expires_in);
	}

	private async ask(api: string, body: object): Promise<Answer> {
		const { value } = await this.componentToken();
		return await this.post(
			`component/${api}`,
			{ component_access_token: value },
			{ component_appid: this.platform.appId, ...body },
		);
	}

	private async componentToken(): Promise<Kept> {
		const known = await this.component;
		if (known && known.endsAt - RESERVE_MS > Date.now()) return known;
		this.making ??= this.makeComponentToken().finally(() => {
			this.making = undefined;
		});
		this.component = this.making;
		return await this.component;
	}

	private async makeComponentToken(): Promise<Kept> {
		const { appId, appSecret } = this.platform;
		const made = await this.post(
			'component/api_component_token',
			{},
			{
				component_appid: appId,
				component_appsecret: appSecret,
				component_verify_ticket: this.ticket,
			},
		);
		return kept(made.component_access_token, made.expires_in);
	}

	private async post(path: string, query: Record<string, string>, body: object): Promise<Answer> {
		const url = `${this.apiBaseUrl}/cgi-bin/${path}?${new URLSearchParams(query).toString()}`;
		const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
		const answer = (await response.json()) as Answer;
		if (answer.errcode) this.refusals.push(`${path}: ${answer.errcode} ${answer.errmsg}`);
		return answer;
	}
}

function kept(value = '', expiresIn = 0): Kept {
	return { value, endsAt: Date.now() + expiresIn * 1000 };
}
