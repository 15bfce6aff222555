import type { Push } from './push';
import type { XmlValue } from './xml';

/** What a push is about, as the parameter Trigger On names it. */
export type PushKind = 'authorized' | 'updateauthorized' | 'unauthorized' | 'ticket' | 'other';

/** Fields that hold a secret by their name; tickets, codes and tokens among them. */
const SECRET = /code$|ticket|token|secret/i;

/** Tells what kind of push it is; WeChat adds new ones now and then. */
export function kindOf({ infoType }: Push): PushKind {
	if (infoType === 'component_verify_ticket') return 'ticket';
	return infoType === 'authorized' || infoType === 'updateauthorized' || infoType === 'unauthorized'
		? infoType
		: 'other';
}

/** A text field of a push, or '' when it has none. */
export function fieldOf({ fields }: Push, name: string): string {
	const value = fields[name];
	return typeof value === 'string' ? value : '';
}

/** The fields of a push without its secrets, at any depth. */
export function withoutSecrets(fields: { [name: string]: XmlValue }): { [name: string]: XmlValue } {
	return Object.fromEntries(
		Object.entries(fields)
			.filter(([name]) => !SECRET.test(name))
			.map(([name, value]) => [name, typeof value === 'string' ? value : withoutSecrets(value)]),
	);
}
