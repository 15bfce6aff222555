const APP_ID = /^wx[0-9a-f]{16}$/i;
const ORIGINAL_ID = /^gh_[0-9a-z]+$/i;

/** A value that cannot be sent: what is wrong with it and how to mend it, for the operator. */
export interface UnusableId {
	category: 'invalidRequest';
	problem: string;
	hint: string;
}

/**
 * Reads the id of a Mini Program as a person or an expression gives it: spaces around it are
 * dropped, anything that cannot be an id is told before WeChat is called.
 *
 * @param value the parameter's value, of any type
 * @param acceptOriginalId whether the original id (gh_…) will do, as in the list of links
 * @returns the id, or what is wrong with the value
 */
export function readMiniProgramId(value: unknown, acceptOriginalId: boolean): string | UnusableId {
	const forms = acceptOriginalId
		? 'an appid ("wx" and 16 characters of 0-9 and a-f) or an original ID ("gh_…")'
		: 'an appid ("wx" and 16 characters of 0-9 and a-f)';
	if (value === undefined || value === null || value === '') {
		return {
			category: 'invalidRequest',
			problem: 'The Mini Program is empty',
			hint: `Fill in the parameter Mini Program with ${forms}. If it holds an expression, check that this item has the field the expression names.`,
		};
	}
	if (typeof value !== 'string') {
		return {
			category: 'invalidRequest',
			problem: `The Mini Program is of type ${Array.isArray(value) ? 'array' : typeof value}, a text is needed`,
			hint: `Give the parameter Mini Program ${forms}.`,
		};
	}
	const id = value.trim().toLowerCase();
	if (APP_ID.test(id) || (acceptOriginalId && ORIGINAL_ID.test(id))) return id;
	return {
		category: 'invalidRequest',
		problem: `"${value.trim().slice(0, 40)}" is not the appid of a Mini Program`,
		hint: ORIGINAL_ID.test(id)
			? "This is an original ID (gh_…). Linking and unlinking take the appid: find it in the Mini Program console, or in the merchant's own list."
			: `Give the parameter Mini Program ${forms}.`,
	};
}
