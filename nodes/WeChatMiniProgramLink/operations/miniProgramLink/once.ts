import type { Account } from '../../../accounts/account';
import { emitResult } from '../../emit';
import type { AccountCall, Emission } from '../../operation';
import type { Result } from '../../results';

/** The switches of an item by the name of their parameter in the editor. */
export type Switches = Readonly<Record<string, boolean>>;

interface Sent {
	result: Promise<Result>;
	switches: Switches;
}

/** What was sent in a run, by account and Mini Program; an account lives as long as its run. */
const sentOf = new WeakMap<Account, Map<string, Sent>>();

/**
 * Carries out a request once for a Mini Program that stands in the input several times: a second
 * call would only be answered with "already sent". The switches of the first item count; the hint
 * of an item that wants others says so.
 */
export async function once(
	call: AccountCall,
	request: (call: AccountCall) => Promise<Result>,
	switches: Switches = {},
): Promise<Emission[]> {
	const id = (call.subject.miniProgramAppId ?? '').toLowerCase();
	const sent = sentOf.get(call.account) ?? new Map<string, Sent>();
	sentOf.set(call.account, sent);
	const earlier = sent.get(id);
	if (!earlier) {
		const result = request(call);
		sent.set(id, { result, switches });
		return emitResult(await result);
	}
	const result = await earlier.result;
	const hint = [result.hint, describeUnused(switches, earlier.switches)].filter(Boolean).join(' ');
	return emitResult({ ...result, hint, attempts: 0 });
}

function describeUnused(wanted: Switches, used: Switches): string {
	const unused = Object.keys(wanted).filter((name) => wanted[name] !== used[name]);
	if (unused.length === 0) return '';
	const differences = unused.map(
		(name) => `${name} is ${onOrOff(wanted[name])} here and ${onOrOff(used[name])} there`,
	);
	return `The Mini Program stands in an earlier item, too, and its switches count for both: ${differences.join(', ')}.`;
}

function onOrOff(isOn: boolean): string {
	return isOn ? 'on' : 'off';
}
