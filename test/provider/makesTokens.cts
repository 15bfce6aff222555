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

/** Makes a platform's tokens and keeps them in memory, as such servers do. */
export class MakesTokens {
	/** The newest ticket. */
	ticket = '';

	/** Calls that WeChat refused, by what was asked. */
	readonly refusals: string[] = [];

	private component: Kept | undefined;

	private readonly authorizers = new Map<string, Promise<Kept>>();

	private readonly codes = new Map<string, string>();

	constructor(
		private readonly platform: { appId: string; appSecret: string },
		private readonly apiBaseUrl: string,
	) {}

	/** A merchant's authorization code, to be exchanged when a token is needed. */
	noteCode(account: string, code: string): void {
		this.codes.set(account, code);
		this.authorizers.delete(account);
	}

	/** The token of a merchant, made where none is kept or its end is near. */
	async of(account: string): Promise<{ token: string; expiresIn: number }> {
		const known = await this.authorizers.get(account);
		if (!known || known.endsAt - RESERVE_MS <= Date.now()) {
			this.authorizers.set(account, this.make(account));
		}
		const { value, endsAt } = (await this.authorizers.get(account)) as Kept;
		return { token: value, expiresIn: Math.floor((endsAt - Date.now()) / 1000) };
	}

	async list(): Promise<object> {
		const { list = [] } = await this.ask('api_get_authorizer_list', { offset: 0, count: 500 });
		return { list: list.map(({ authorizer_appid }) => ({ authorizer_appid })) };
	}

	/** Reads a merchant's links with the token of this server, or with another one; gives the errcode. */
	async readLinks(account: string, token?: string): Promise<number> {
		const value = token ?? (await this.of(account)).token;
		const { errcode = 0 } = await this.post('wxopen/wxamplinkget', { access_token: value }, {});
		return errcode;
	}

	private async make(account: string): Promise<Kept> {
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
		if (!this.component || this.component.endsAt - RESERVE_MS <= Date.now()) {
			const made = await this.post(
				'component/api_component_token',
				{},
				{
					component_appid: this.platform.appId,
					component_appsecret: this.platform.appSecret,
					component_verify_ticket: this.ticket,
				},
			);
			this.component = kept(made.component_access_token, made.expires_in);
		}
		return await this.post(
			`component/${api}`,
			{ component_access_token: this.component.value },
			{ component_appid: this.platform.appId, ...body },
		);
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
