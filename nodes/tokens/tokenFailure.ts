import type { Category } from '../wechat/errcodes';

/** Why there is no token, in words for the operator, without any secret. */
export class TokenFailure extends Error {
	constructor(
		message: string,
		readonly category: Category,
		readonly hint: string,
		/** WeChat's code, where it was WeChat that gave none. */
		readonly errcode: number | null = null,
	) {
		super(message);
	}
}
