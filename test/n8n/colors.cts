import { inspect } from 'node:util';

/** Names of colors as in Node.js. */
export type Color = 'green' | 'yellow' | 'red' | 'bold' | 'dim';

/** Colors a text, or leaves it as it is. */
export type Paint = (color: Color, text: string) => string;

export const plain: Paint = (_color, text) => text;

export const colored: Paint = (color, text) => {
	const [on, off] = inspect.colors[color] ?? [0, 0];
	return `\x1b[${on}m${text}\x1b[${off}m`;
};

/**
 * Colors for a terminal only, unless the environment says otherwise: FORCE_COLOR has priority over
 * NO_COLOR, which any value except an empty one switches on.
 */
export function paintFor(isTerminal: boolean, environment: NodeJS.ProcessEnv): Paint {
	const { FORCE_COLOR: forced, NO_COLOR: refused, TERM } = environment;
	if (forced !== undefined) return forced === '0' || forced === 'false' ? plain : colored;
	if (refused) return plain;
	return isTerminal && TERM !== 'dumb' ? colored : plain;
}
