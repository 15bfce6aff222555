import { readAppId } from '../wechat/appId';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { textFor } from '../wechat/values';
import { UnreadableParameter } from './parameters';

/**
 * Reads an ID that an item gives.
 *
 * @param read reads the parameter; may throw if it is an expression
 * @returns the ID, or why it cannot be used; and what a result shows, also of an ID that cannot be used
 */
export function readGivenId(
	read: () => unknown,
	parameter: 'Mini Program' | 'Official Account',
	acceptOriginalId = false,
): { id: string | Obstacle; shown: string | null } {
	let given: unknown;
	try {
		given = read();
	} catch (error) {
		return { id: unreadable(error), shown: null };
	}
	const id = readAppId(given, parameter, acceptOriginalId);
	return { id, shown: isObstacle(id) ? textFor(given) || null : id };
}

/**
 * The obstacle of an item with a parameter that cannot be read.
 *
 * @throws whatever else was thrown
 */
export function unreadable(thrown: unknown): Obstacle {
	if (!(thrown instanceof UnreadableParameter)) throw thrown;
	return {
		category: 'other',
		problem: `A parameter could not be read: ${thrown.message}`,
		hint: {
			en: "Check the expressions in the node's parameters: for this item one of them gives nothing.",
			'zh-CN': '请检查节点参数中的表达式：其中一个对该条目没有取到值。',
		},
		whoActs: 'operator',
	};
}
