import { readAppId } from '../wechat/appId';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { textFor } from '../wechat/values';
import { UnreadableParameter } from './parameters';

/** An id as an item gives it. */
export interface GivenId {
	/** As the parameter holds it. */
	given: unknown;
	/** What a result shows: the id as it is sent, or as it was given where it cannot be sent. */
	shown: string | null;
	/** Why it cannot be used. */
	obstacle?: Obstacle;
}

/**
 * Reads an id of an item. What cannot be used is kept as it was given.
 *
 * @param read reads the parameter; may throw where it holds an expression
 */
export function readGivenId(
	read: () => unknown,
	parameter: 'Mini Program' | 'Official Account',
	acceptOriginalId = false,
): GivenId {
	let given: unknown;
	try {
		given = read();
	} catch (error) {
		return { given: undefined, shown: null, obstacle: unreadable(error) };
	}
	const id = readAppId(given, parameter, acceptOriginalId);
	return isObstacle(id)
		? { given, shown: textFor(given) || null, obstacle: id }
		: { given, shown: id };
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
