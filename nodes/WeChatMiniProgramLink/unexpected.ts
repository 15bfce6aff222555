import type { IExecuteFunctions } from 'n8n-workflow';

import type { Obstacle } from '../wechat/obstacle';
import { redactText } from '../wechat/redaction';

/** Lines of a stack that say where something was thrown, without what was thrown. */
const FRAME = /^\s+at /;

/**
 * Notes in n8n's log what nobody has thought of, for whoever mends it.
 *
 * @param secrets of the item's credential; where they are not known, the message is left out
 */
export function logUnexpected(
	{ logger }: Pick<IExecuteFunctions, 'logger'>,
	thrown: unknown,
	itemIndex: number,
	secrets: readonly string[] | undefined,
): void {
	const error = thrown instanceof Error ? thrown : new Error(String(thrown));
	const message = secrets
		? redactText(secrets.reduce((text, secret) => text.replaceAll(secret, '***'), error.message))
		: '';
	const frames = String(error.stack)
		.split('\n')
		.filter((line) => FRAME.test(line));
	logger.error(
		[`WeChat Mini Program Link, item ${itemIndex}: ${error.name} ${message}`, ...frames].join('\n'),
	);
}

/** The obstacle of an item whose operation threw something unexpected. */
export const UNEXPECTED: Obstacle = {
	category: 'other',
	problem: 'Something unexpected happened inside this node',
	hint: {
		en: "Please report this at https://github.com/n8n-nodes-wechat-mini-program-link/n8n-nodes-wechat-mini-program-link/issues, with the lines of n8n's log. Whether WeChat got the call is not known; for a link, Get Status tells.",
		'zh-CN':
			'请把 n8n 日志中的相关内容报告到 https://github.com/n8n-nodes-wechat-mini-program-link/n8n-nodes-wechat-mini-program-link/issues。不确定微信是否收到了这次调用；关联的状态可用 Get Status 查询。',
	},
	whoActs: 'operator',
};
