import type { IExecuteFunctions } from 'n8n-workflow';

import { Account } from '../../nodes/accounts/account';
import type { TokenSource } from '../../nodes/calls/caller';
import type { Client } from '../../nodes/calls/client';
import { Road } from '../../nodes/calls/road';
import { Transport } from '../../nodes/calls/transport';
import type { Obstacle } from '../../nodes/wechat/obstacle';
import { noReply, readReply, type Reply } from '../../nodes/wechat/reply';

/** How a client repeats calls. */
export type ClientOptions = Partial<ConstructorParameters<typeof Client>[1]>;

/** WeChat's answer with this errcode. */
export function answered(errcode: number, rid = ''): Reply {
	const errmsg = (errcode === 0 ? 'ok' : 'text') + (rid && ` rid: ${rid}`);
	return readReply(200, JSON.stringify({ errcode, errmsg }));
}

export const NO_ANSWER = noReply('noAnswer', 'No answer from WeChat');
export const NOT_WECHAT = noReply('notWeChat', "The answer is not WeChat's");

/** One call as it reached WeChat. */
interface Call {
	at: number;
	token: string;
	request: Parameters<Transport['send']>[0];
}

/** An obstacle with a hint that says to wait. */
export function obstacle(category: Obstacle['category'], problem: string): Obstacle {
	return { category, problem, hint: { en: 'Wait', 'zh-CN': '等待' }, whoActs: 'nobody' };
}

type Answering = (call: Call) => Reply | Promise<Reply>;

/** A WeChat that gives the answers of the test, and records when each call was made. */
export class FakeWeChat extends Transport {
	readonly calls: Call[] = [];

	constructor(private readonly answering: Answering) {
		super({} as IExecuteFunctions, 1000);
	}

	/** @param script answers in their order; the last one repeats */
	static withScript(...script: Reply[]): FakeWeChat {
		const left = [...script];
		return new FakeWeChat(() => (left.length > 1 ? left.shift() : left[0]) ?? NO_ANSWER);
	}

	override async send(request: Call['request'], token: string): Promise<Reply> {
		const call = { at: Date.now(), token, request };
		this.calls.push(call);
		return await this.answering(call);
	}

	/** Milliseconds from the first call to each call. */
	get times(): number[] {
		return this.calls.map(({ at }) => at - this.calls[0].at);
	}

	get tokens(): string[] {
		return this.calls.map(({ token }) => token);
	}
}

/** Returns these tokens one after another, and after the last one the reason why there are no more. */
export class TokenList implements TokenSource {
	readonly rejected: string[] = [];
	readonly acceptedOnes: string[] = [];
	private readonly tokens: string[];

	constructor(
		tokens: readonly string[],
		private readonly end?: Obstacle,
	) {
		this.tokens = [...tokens];
	}

	async get(): Promise<string | Obstacle> {
		return this.tokens[0] ?? this.end ?? '';
	}

	async replace(rejected: string): Promise<string | Obstacle | undefined> {
		this.rejected.push(rejected);
		this.tokens.shift();
		return this.tokens[0] ?? this.end;
	}

	accepted(token: string): void {
		this.acceptedOnes.push(token);
	}
}

export function accountWith(tokens: TokenSource = new TokenList(['T'])): Account {
	return new Account(null, new Road('http://127.0.0.1'), tokens);
}
