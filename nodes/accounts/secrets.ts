import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** Fields of both credentials that hold one secret each. */
const SECRET_FIELDS = [
	'accessToken',
	'authorizerAccessToken',
	'tokenServiceHeaderValue',
	'componentAppSecret',
	'messageToken',
	'encodingAesKey',
	'previousEncodingAesKey',
	'componentVerifyTicket',
	'componentAccessToken',
];

/** The secrets of a credential, as they were typed and as they are used: without white space. */
export function secretsOf(credentials: ICredentialDataDecryptedObject): string[] {
	const typed = SECRET_FIELDS.map((field) => credentials[field]).filter(
		(value) => typeof value === 'string',
	);
	const secrets = typed.flatMap((value) => [value.trim(), value.replace(/\s/g, '')]);
	return [...new Set(secrets)].filter(Boolean);
}
