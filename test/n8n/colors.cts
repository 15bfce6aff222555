import { inspect } from 'node:util';

/** What a color says; the names are Node.js's own. */
export type Color = 'green' | 'yellow' | 'red' | 'bold' | 'dim';

/** Something that can be colored, or left as it is. */
export type Paint = (color: Color, text: string) => string;

export const plain: Paint = (_color, text) => text;

export const colored: Paint = (color, text) => {
	const [on, off] = inspect.colors[color] ?? [0, 0];
	return `\x1b[${on}m${text}\x1b[${off}m`;
};

/**
 * Colors for a terminal only, unless the environment says otherwise: FORCE_COLOR comes first, then
 * NO_COLOR, of which any value but an empty one means no.
 */
export function paintFor(isTerminal: boolean, environment: NodeJS.ProcessEnv): Paint {
	const { FORCE_COLOR: forced, NO_COLOR: refused, TERM } = environment;
	if (forced !== undefined) return forced === '0' || forced === 'false' ? plain : colored;
	if (refused) return plain;
	return isTerminal && TERM !== 'dumb' ? colored : plain;
}
