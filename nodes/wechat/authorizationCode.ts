import type { Obstacle } from './obstacle';
import type { Text } from './text';
import { givenText } from './values';

/** Longer than WeChat's codes, which have about 100 characters. */
const LONGEST = 512;

/** One piece of what a query can hold, and no address. */
const CODE = new RegExp(`^(?!.*(?:://|auth_code=))[\\x21-\\x7e]{1,${LONGEST}}$`);

/**
 * Reads the code with which a merchant's browser comes back (auth_code: doc/oplatform/
 * Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html). WeChat does
 * not say what it looks like.
 *
 * @returns the code, or what is wrong with the value, without showing it
 */
export function readAuthorizationCode(given: unknown): string | Obstacle {
	if (Array.isArray(given)) return unusable('The Authorization Code is a list', TWICE);
	const code = givenText(given);
	if (code === '') return unusable('The Authorization Code is empty', EMPTY);
	return typeof given === 'string' && CODE.test(code)
		? code
		: unusable('The Authorization Code is not a code', VALUE_ALONE);
}

function unusable(problem: string, hint: Text): Obstacle {
	return { category: 'other', problem, hint, whoActs: 'operator' };
}

const EMPTY: Text = {
	en: "Fill in the parameter Authorization Code with the auth_code that WeChat adds to the Redirect URL when the merchant's browser comes back. Without one the merchant has not authorized yet.",
	'zh-CN':
		'请在参数 Authorization Code 中填写 auth_code：商家的浏览器返回时，微信会把它附加在 Redirect URL 之后。没有 auth_code 表示商家尚未授权。',
};

const TWICE: Text = {
	en: 'Give the parameter Authorization Code one code as a text. The address that the browser came back with has auth_code more than once: send the merchant a new authorization link (operation Create Authorization URL).',
	'zh-CN':
		'请在参数 Authorization Code 中以文本填写一个授权码。浏览器返回的地址中有多个 auth_code：请向商家发送新的授权链接（操作 Create Authorization URL）。',
};

const VALUE_ALONE: Text = {
	en: 'Give the parameter Authorization Code the value of auth_code alone, without the rest of the address.',
	'zh-CN': '请在参数 Authorization Code 中只填写 auth_code 的值，不要包含地址的其余部分。',
};
