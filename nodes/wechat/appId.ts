import type { Obstacle } from './obstacle';
import { join, type Text } from './text';
import { cut } from './values';

const APP_ID = /^wx[0-9a-f]{16}$/;
const ORIGINAL_ID = /^gh_[0-9a-z]+$/;

const APP_ID_FORM: Text = {
	en: 'an appid ("wx" and 16 characters of 0-9 and a-f)',
	'zh-CN': ' appid（"wx" 加 16 个字符，0-9 和 a-f）',
};
const EITHER_FORM: Text = {
	en: `${APP_ID_FORM.en} or an original ID ("gh_…")`,
	'zh-CN': `${APP_ID_FORM['zh-CN']}或原始 ID（"gh_…"）`,
};

/**
 * Reads an appid from a person or an expression: surrounding spaces are dropped, and anything that is not
 * an appid is reported before WeChat is called.
 *
 * @param value the parameter's value, of any type
 * @param parameter its label in the editor
 * @param acceptOriginalId whether an original ID (gh_…) is accepted, as in the list of links
 * @returns the id in lower case, or what is wrong with the value
 */
export function readAppId(
	value: unknown,
	parameter: 'Mini Program' | 'Official Account',
	acceptOriginalId = false,
): string | Obstacle {
	const form = acceptOriginalId ? EITHER_FORM : APP_ID_FORM;
	if (value === undefined || value === null || value === '') {
		return unusable(`The ${parameter} is empty`, {
			en: `Fill in the parameter ${parameter} with ${form.en}. If it is an expression, check that this item has the field that the expression names.`,
			'zh-CN': `请在参数 ${parameter} 中填写${form['zh-CN']}。如果其中是表达式，请检查该条目是否有表达式所用的字段。`,
		});
	}
	if (typeof value !== 'string') {
		const type = Array.isArray(value) ? 'array' : typeof value;
		return unusable(
			`The ${parameter} is of type ${type}, but must be a text`,
			give(parameter, form),
		);
	}
	const id = value.trim().toLowerCase();
	if (APP_ID.test(id) || (acceptOriginalId && ORIGINAL_ID.test(id))) return id;
	const problem = `"${cut(value.trim(), 40)}" is not the appid of ${parameter === 'Mini Program' ? 'a' : 'an'} ${parameter}`;
	if (ORIGINAL_ID.test(id)) {
		return unusable(problem, {
			en: `This is an original ID (gh_…). Enter the appid instead: the console of the ${parameter} shows it.`,
			'zh-CN': `这是原始 ID（gh_…），这里需要 appid：可在${CONSOLES[parameter]}中查看。`,
		});
	}
	const intruder = intruderIn(value.trim());
	if (!intruder) return unusable(problem, give(parameter, form));
	return unusable(
		`${problem}: ${intruder.en}`,
		join(give(parameter, form), {
			en: `Type it again: ${intruder.en}.`,
			'zh-CN': `请重新输入：${intruder['zh-CN']}。`,
		}),
	);
}

/** Letters of other scripts and full-width ones look like those of an id, and some are invisible. */
const INTRUDER = /[^\t\n\r\x20-\x7e]/u;
const INVISIBLE = /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}]/u;

/** The first character that never occurs in an id but looks as if it did, or is invisible. */
function intruderIn(text: string): Text | undefined {
	const found = INTRUDER.exec(text);
	if (!found) return undefined;
	const [character] = found;
	const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
	const before = Array.from(text.slice(0, found.index)).length;
	if (!INVISIBLE.test(character)) {
		return {
			en: `character ${before + 1} is "${character}" (${code})`,
			'zh-CN': `第 ${before + 1} 个字符是“${character}”（${code}）`,
		};
	}
	return {
		en: `there is an invisible character (${code}) ${before === 0 ? 'at the beginning' : `after character ${before}`}`,
		'zh-CN': `${before === 0 ? '开头' : `第 ${before} 个字符之后`}有一个不可见字符（${code}）`,
	};
}

const CONSOLES = { 'Mini Program': '小程序后台', 'Official Account': '公众号后台' };

function give(parameter: string, form: Text): Text {
	return {
		en: `Enter ${form.en} in the parameter ${parameter}.`,
		'zh-CN': `请在参数 ${parameter} 中填写${form['zh-CN']}。`,
	};
}

function unusable(problem: string, hint: Text): Obstacle {
	return { category: 'other', problem, hint, whoActs: 'operator' };
}

/** Whether a text has the form of an appid, as consoles show it. */
export function isAppId(text: string): boolean {
	return APP_ID.test(text);
}
