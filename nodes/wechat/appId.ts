import type { Obstacle } from './obstacle';

const APP_ID = /^wx[0-9a-f]{16}$/;
const ORIGINAL_ID = /^gh_[0-9a-z]+$/;

const APP_ID_FORM = 'an appid ("wx" and 16 characters of 0-9 and a-f)';

/**
 * Reads an appid as a person or an expression gives it: spaces around it are dropped, anything
 * that cannot be one is told before WeChat is called.
 *
 * @param value the parameter's value, of any type
 * @param parameter its label in the editor
 * @param acceptOriginalId whether the original id (gh_…) will do, as in the list of links
 * @returns the id in lower case, or what is wrong with the value
 */
export function readAppId(
	value: unknown,
	parameter: 'Mini Program' | 'Official Account',
	acceptOriginalId = false,
): string | Obstacle {
	const form = acceptOriginalId ? `${APP_ID_FORM} or an original ID ("gh_…")` : APP_ID_FORM;
	if (value === undefined || value === null || value === '') {
		return unusable(
			`The ${parameter} is empty`,
			`Fill in the parameter ${parameter} with ${form}. If it holds an expression, check that this item has the field the expression names.`,
		);
	}
	if (typeof value !== 'string') {
		const type = Array.isArray(value) ? 'array' : typeof value;
		return unusable(
			`The ${parameter} is of type ${type}, a text is needed`,
			`Give the parameter ${parameter} ${form}.`,
		);
	}
	const id = value.trim().toLowerCase();
	if (APP_ID.test(id) || (acceptOriginalId && ORIGINAL_ID.test(id))) return id;
	return unusable(
		`"${value.trim().slice(0, 40)}" is not the appid of ${parameter === 'Mini Program' ? 'a' : 'an'} ${parameter}`,
		ORIGINAL_ID.test(id)
			? `This is an original ID (gh_…), an appid is needed: it stands in the console of the ${parameter}.`
			: `Give the parameter ${parameter} ${form}.`,
	);
}

function unusable(problem: string, hint: string): Obstacle {
	return { category: 'invalidRequest', problem, hint };
}

/** Whether a text has the form of an appid, as it stands in a console. */
export function isAppId(text: string): boolean {
	return APP_ID.test(text);
}
