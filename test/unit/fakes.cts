import type { IExecuteFunctions } from 'n8n-workflow';

import { Account } from '../../nodes/accounts/account';
import type { TokenSource } from '../../nodes/tokens/credentialToken';
import { Transport, type WeChatRequest } from '../../nodes/calls/transport';
import { noReply, readReply, type Reply } from '../../nodes/wechat/reply';

/** WeChat's answer with this errcode. */
export function answered(errcode: number): Reply {
	return readReply(200, JSON.stringify({ errcode, errmsg: errcode === 0 ? 'ok' : 'text' }));
}

export const NO_ANSWER = noReply('noAnswer', 'No answer from WeChat');
export const NOT_WECHAT = noReply('notWeChat', "The answer is not WeChat's");

/** A token that is always there, and answers to order; notes when each call was made. */
export class ScriptedTokens implements TokenSource {
	readonly calls: Array<{ at: number; request: WeChatRequest }> = [];

	/** @param script answers in their order; the last one stays */
	constructor(private readonly script: Array<Reply | Reply[]>) {}

	async send(_: Transport, request: WeChatRequest): Promise<Reply[]> {
		this.calls.push({ at: Date.now(), request });
		const next = this.script.length > 1 ? this.script.shift() : this.script[0];
		return [next ?? NO_ANSWER].flat();
	}

	/** Milliseconds between the first call and each one. */
	get times(): number[] {
		return this.calls.map(({ at }) => at - this.calls[0].at);
	}
}

/** An account whose calls get these answers. */
export function accountWith(...script: Array<Reply | Reply[]>): {
	account: Account;
	tokens: ScriptedTokens;
} {
	const tokens = new ScriptedTokens(script);
	return { account: new Account(null, 'http://127.0.0.1', tokens), tokens };
}

/** Pauses and stops like the real one, but may not be used to send. */
export function idleTransport(signal?: AbortSignal): Transport {
	return new Transport({} as IExecuteFunctions, 1000, signal);
}
