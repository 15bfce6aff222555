/** A token and what is known about its life; times are milliseconds since 1970. */
export interface Token {
	/** '' for a token that was given up: older ones must not come back. */
	value: string;
	/** Of two tokens of one account the one that was made last counts. */
	madeAt: number;
	/** From then on it is no longer used. */
	renewAt: number;
}

/** Reads a token, which holds no white space; a paste from a console or a mail may. '' for none. */
export function readToken(value: unknown): string {
	return typeof value === 'string' ? value.replace(/\s/g, '') : '';
}

/** Seconds that WeChat's tokens live (doc/oplatform/openApi/ticket-token/), and at the most. */
const USUAL_LIFE = 7200;

/**
 * A token that has just been made.
 *
 * @param expiresIn as the answer gives it, in seconds; what is no positive number counts as the
 *   usual life, since a token that ends at once would be made anew for each item
 * @param reserve milliseconds before its end from which it is no longer used; a tenth of its life
 *   for a short-lived one
 */
export function newToken(value: string, expiresIn: unknown, reserve: number): Token {
	const seconds = Number(expiresIn);
	const life = (seconds > 0 ? Math.min(seconds, USUAL_LIFE) : USUAL_LIFE) * 1000;
	const madeAt = Date.now();
	return { value, madeAt, renewAt: madeAt + life - Math.min(reserve, life / 10) };
}

/** A place in which no token is good any more that was made before now. */
export function givenUp(): Token {
	const madeAt = Date.now();
	return { value: '', madeAt, renewAt: madeAt + USUAL_LIFE * 1000 };
}
