import { shortHash } from './values';
import type { XmlFields } from './xml';

/** What a push is about, as the parameter Trigger On names it. */
export type PushKind = 'authorized' | 'updateauthorized' | 'unauthorized' | 'ticket' | 'other';

/** What n8n needs from a push that was verified: it comes from WeChat and is for this platform. */
export interface Push {
	/**
	 * The same for every repeat of a push, and for no other push. All pushes with the same ticket count as repeats:
	 * in an outage, WeChat pushes the same ticket for hours.
	 */
	eventId: string;
	kind: PushKind;
	/** WeChat's name for the kind. */
	infoType: string;
	/** Unix time in seconds. */
	createTime: number;
	/** The account that authorized, '' if the push names none. */
	authorizerAppId: string;
	/** The account that the push is about, '' for none; the push about a registration names it in another field. */
	appId: string;
	isAboutTestAccount: boolean;
	/** Which authorization link it came from, '' if WeChat does not say. */
	invitationId: string;
	/** '' if the push contains none. */
	ticket: string;
	/** The authorization code, '' if the push contains none; and its end, as WeChat sends it. */
	code: string;
	codeEnd: string;
	/** All fields but the secret ones. */
	fields: XmlFields;
	/** Whether it was decrypted with the previous key instead of the current one. */
	isOfPreviousKey: boolean;
}

/** Fields that contain a secret, by name: authorization codes, tickets, tokens. */
const SECRET = /^(pre_?)?auth(orization)?_?code$|ticket|token|secret/i;

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

/**
 * Reads the fields of a verified push.
 *
 * @param isOfPreviousKey whether it was decrypted with the previous key
 */
export function readFields(fields: XmlFields, isOfPreviousKey: boolean): Push {
	const textIn = (name: string) => {
		const value = fields[name];
		return typeof value === 'string' ? value : '';
	};
	const infoType = textIn('InfoType');
	const ticket = textIn('ComponentVerifyTicket');
	const authorizerAppId = textIn('AuthorizerAppid');
	return {
		eventId: shortHash(ticket || JSON.stringify(fields)),
		kind: kindOf(infoType),
		infoType,
		createTime: Number(fields.CreateTime),
		authorizerAppId,
		appId: authorizerAppId || textIn('appid'),
		isAboutTestAccount: TEST_ACCOUNTS.has(authorizerAppId),
		invitationId: invitationIdOf(textIn('PreAuthCode')),
		ticket,
		// A push about a registration through the platform contains the code in another field.
		code: textIn('AuthorizationCode') || textIn('auth_code'),
		codeEnd: textIn('AuthorizationCodeExpiredTime'),
		fields: withoutSecrets(fields),
		isOfPreviousKey,
	};
}

/** The kind of a push by WeChat's name for it; WeChat adds new ones now and then. */
export function kindOf(infoType: string): PushKind {
	if (infoType === 'component_verify_ticket') return 'ticket';
	return infoType === 'authorized' || infoType === 'updateauthorized' || infoType === 'unauthorized'
		? infoType
		: 'other';
}

/** Identifies an authorization link by its pre_auth_code, a secret; '' for none. */
export function invitationIdOf(preAuthCode: string): string {
	return preAuthCode === '' ? '' : shortHash(preAuthCode);
}

/** Removes the secrets of a push, at any depth. */
function withoutSecrets(fields: XmlFields): XmlFields {
	const kept = Object.entries(fields).filter(([name]) => !SECRET.test(name));
	return Object.fromEntries(kept.map(([name, value]) => [name, withoutSecretsInside(value)]));
}

function withoutSecretsInside(value: XmlFields[string]): XmlFields[string] {
	if (typeof value === 'string') return value;
	return Array.isArray(value) ? value.map(withoutSecretsInside) : withoutSecrets(value);
}
