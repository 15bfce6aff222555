import type { RequestBody } from './requestBody.cts';
import { fingerprintOf } from '../platform/tokens.cts';

/** Fields of request bodies that contain secrets. */
const secretFields = new Set([
	'component_appsecret',
	'component_secret',
	'appsecret',
	'component_verify_ticket',
	'authorization_code',
	'authorizer_refresh_token',
]);

/**
 * A request body as the log may keep it: secrets show as `(secret 0123456789ab)`, which is
 * `fingerprintOf` of the value. If a body for a platform's API is not a JSON object, it is left out.
 */
export function withoutSecrets(path: string, body: RequestBody | null): unknown {
	if (!body) return null;
	if (!body.object) return path.includes('/component/') ? '(not a JSON object)' : body.logged;
	const names = Object.keys(body.object);
	if (!names.some((name) => secretFields.has(name))) return body.logged;
	return Object.fromEntries(
		Object.entries(body.object).map(([name, value]) =>
			secretFields.has(name) && typeof value === 'string' && value !== ''
				? [name, `(secret ${fingerprintOf(value)})`]
				: [name, value],
		),
	);
}
