import type { Push } from './push';
import { shortHash } from './values';
import type { XmlFields, XmlValue } from './xml';

/** What a push is about, as the parameter Trigger On names it. */
export type PushKind = 'authorized' | 'updateauthorized' | 'unauthorized' | 'ticket' | 'other';

/** Fields that hold a secret by their name: codes of an authorization, tickets, tokens. */
const SECRET = /^(pre_?)?auth(orization)?_?code$|ticket|token|secret/i;

/** Tells what kind of push it is; WeChat adds new ones now and then. */
export function kindOf({ infoType }: Pick<Push, 'infoType'>): PushKind {
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

/**
 * The authorization code of a push, '' where it brings none. A registration through the platform brings
 * one, too, in fields of its own.
 */
export function authorizationCodeOf(push: Push): string {
	return fieldOf(push, 'AuthorizationCode') || fieldOf(push, 'auth_code');
}

/** The account that a push is about, '' where it names none. */
export function accountOf(push: Push): string {
	return fieldOf(push, 'AuthorizerAppid') || fieldOf(push, 'appid');
}

/** The fields of a push without its secrets, at any depth. */
export function withoutSecrets(fields: XmlFields): XmlFields {
	const kept = Object.entries(fields).filter(([name]) => !SECRET.test(name));
	return Object.fromEntries(kept.map(([name, value]) => [name, withoutSecretsInside(value)]));
}

function withoutSecretsInside(value: XmlValue): XmlValue {
	if (typeof value === 'string') return value;
	return Array.isArray(value) ? value.map(withoutSecretsInside) : withoutSecrets(value);
}

/**
 * The same for every repeat of a push, and for no other one. A ticket counts as repeated however
 * often it comes: in an outage WeChat pushes the same one for hours.
 */
export function eventIdOf(push: Push): string {
	const ticket = fieldOf(push, 'ComponentVerifyTicket');
	return shortHash(ticket || JSON.stringify(push.fields));
}

/** Tells which authorization link a push came from, '' where WeChat does not say. */
export function invitationIdOf(preAuthCode: string): string {
	return preAuthCode === '' ? '' : shortHash(preAuthCode);
}

/**
 * WeChat's own Official Accounts, which it attaches to a platform to check it before publication
 * (doc/oplatform/Third-party_Platforms/2.0/operation/thirdparty/releases_instructions).
 */
const TEST_ACCOUNTS = new Set([
	'wx570bc396a51b8ff8',
	'wx9252c5e0bb1836fc',
	'wx8e1097c5bc82cde9',
	'wx14550af28c71a144',
	'wxa35b9c23cfe664eb',
]);

/** Whether a push is about one of the accounts with which WeChat checks a platform. */
export function isAboutTestAccount(push: Push): boolean {
	return TEST_ACCOUNTS.has(fieldOf(push, 'AuthorizerAppid'));
}
