import type { Account } from '../../../accounts/account';
import type { AccountCall } from '../../operation';
import { emitResult, type Emission, type Result } from '../../results';
import { join, NO_TEXT, type Text } from '../../../wechat/text';

/** The switches of an item by the name of their parameter in the editor. */
type Switches = Readonly<Record<string, boolean>>;

interface Sent {
	result: Promise<Result>;
	switches: Switches;
}

/** What a run has sent, by account and Mini Program; each run has its own account objects. */
const sentOf = new WeakMap<Account, Map<string, Sent>>();

/**
 * Sends one request for a Mini Program that occurs in several items: WeChat would answer a second one only
 * with "already sent". The switches of the first item apply. If those of another item differ, its hint says
 * so.
 */
export async function once(
	call: AccountCall,
	request: (call: AccountCall) => Promise<Result>,
	switches: Switches = {},
): Promise<Emission[]> {
	const id = String(call.subject.miniProgramAppId);
	const sent = sentOf.get(call.account) ?? new Map<string, Sent>();
	sentOf.set(call.account, sent);
	const earlier = sent.get(id);
	if (!earlier) {
		const result = request(call);
		sent.set(id, { result, switches });
		return emitResult(await result);
	}
	const result = await call.client.aside(async () => await earlier.result);
	const { language } = call.subject;
	const hint = join(
		{ ...NO_TEXT, [language]: result.hint },
		describeUnused(switches, earlier.switches),
	);
	return emitResult({ ...result, hint: hint[language], attempts: 0 });
}

function describeUnused(wanted: Switches, used: Switches): Text {
	const unused = Object.keys(wanted).filter((name) => wanted[name] !== used[name]);
	if (unused.length === 0) return NO_TEXT;
	const inEnglish = unused.map(
		(name) => `${name} is ${onOrOff(wanted[name]).en} here and ${onOrOff(used[name]).en} there`,
	);
	const inChinese = unused.map(
		(name) =>
			`${name} 在此为${onOrOff(wanted[name])['zh-CN']}，在彼为${onOrOff(used[name])['zh-CN']}`,
	);
	return {
		en: `An earlier item has the same Mini Program, and its switches apply to both: ${inEnglish.join(', ')}.`,
		'zh-CN': `前面的条目中已有该小程序，两者都以前面的开关为准：${inChinese.join('；')}。`,
	};
}

function onOrOff(isOn: boolean): Text {
	return isOn ? { en: 'on', 'zh-CN': '开' } : { en: 'off', 'zh-CN': '关' };
}
