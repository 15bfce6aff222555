import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** What the credential keeps for each of its platforms: an empty token was given up. */
type Kept = Array<
	[origin: string, tokens: Array<[appId: string, token: string, ...life: number[]]>]
>;

/** The platform's own token is kept among its merchants'. */
const OWN = 'component';

/** The merchants' tokens that a credential holds, by the appid of the account. */
export function storedTokensIn(data: ICredentialDataDecryptedObject): Map<string, string> {
	const kept = JSON.parse(String(data.authorizerAccessTokens || '[]')) as Kept;
	const tokens = kept.flatMap(([, ofPlatform]) => ofPlatform);
	return new Map(
		tokens.flatMap(
			([appId, token]): Array<[string, string]> => (token && appId !== OWN ? [[appId, token]] : []),
		),
	);
}
