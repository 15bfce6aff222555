/** An error that n8n's REST API answers. */
export class RestFailure extends Error {
	constructor(
		readonly status: number,
		method: string,
		path: string,
		readonly body: string,
	) {
		super(`${method} ${path} was answered with HTTP ${status}: ${body.slice(0, 1000)}`);
	}
}

/** The REST API that n8n's editor uses, with the editor's cookies. */
export class RestClient {
	private readonly cookies = new Map<string, string>();

	constructor(private readonly baseUrl: string) {}

	async get<T>(path: string): Promise<T> {
		return await this.request<T>('GET', path);
	}

	async post<T>(path: string, body: object = {}): Promise<T> {
		return await this.request<T>('POST', path, body);
	}

	async patch<T>(path: string, body: object): Promise<T> {
		return await this.request<T>('PATCH', path, body);
	}

	async request<T>(method: string, path: string, body?: object): Promise<T> {
		return unwrap(JSON.parse(await this.text(method, path, body))) as T;
	}

	/** @throws RestFailure unless the status is 2xx */
	async text(method: string, path: string, body?: object): Promise<string> {
		const response = await fetch(this.baseUrl + path, {
			method,
			headers: {
				// Without keep-alive, because n8n may close a kept connection while a request is sent.
				connection: 'close',
				cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
				...(body ? { 'content-type': 'application/json' } : {}),
			},
			body: body && JSON.stringify(body),
		});
		for (const cookie of response.headers.getSetCookie()) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
			if (name !== undefined) this.cookies.set(name, value);
		}
		const text = await response.text();
		if (!response.ok) throw new RestFailure(response.status, method, path, text);
		return text;
	}
}

/** Most answers are `{ data: ... }`; generated files such as types/nodes.json are not wrapped. */
function unwrap(answer: unknown): unknown {
	const wrapped = typeof answer === 'object' && answer !== null && 'data' in answer;
	return wrapped ? answer.data : answer;
}
