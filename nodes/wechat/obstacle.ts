import type { AccountKind } from './accountKind';
import type { Category, RetryAfter, WhoActs } from './errcodes';
import type { Text } from './text';
import type { UnavailableReason } from './unavailable';

/**
 * What stands in the way of an item, and the way out, in words for the operator and without any
 * secret. The one shape for it, whether a parameter, a token or an answer of WeChat is in the way.
 */
export interface Obstacle {
	category: Category;
	/** What is wrong, in English and without a full stop. */
	problem: string;
	/** What to do next. */
	hint: Text;
	/** Who has to do that. */
	whoActs: WhoActs;
	/** When time by itself helps; where it is left out, in minutes if the category is retryLater. */
	retryAfter?: RetryAfter;
	/** WeChat's code and id of the call, where it was WeChat that said so. */
	errcode?: number | null;
	rid?: string | null;
	/** The kind of the account that it is about, where WeChat has told. */
	accountKind?: AccountKind;
	/** Why that account cannot be called, where its info has told. */
	reason?: UnavailableReason;
}

/** Whether something stands in the way, in place of what was asked for. */
export function isObstacle(value: unknown): value is Obstacle {
	return typeof value === 'object' && value !== null && 'problem' in value && 'hint' in value;
}
