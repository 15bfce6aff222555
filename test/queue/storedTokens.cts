import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** The tokens that a credential keeps for each platform; an empty token was discarded. */
type Kept = Array<
	[origin: string, tokens: Array<[appId: string, token: string, ...life: number[]]>]
>;

/** The key of the platform token among its merchants' tokens. */
const OWN = 'component';

/** The merchants' tokens in a credential, by the appid of the account. */
export function storedTokensIn(data: ICredentialDataDecryptedObject): Map<string, string> {
	const kept = JSON.parse(String(data.authorizerAccessTokens || '[]')) as Kept;
	const tokens = kept.flatMap(([, ofPlatform]) => ofPlatform);
	return new Map(
		tokens.flatMap(
			([appId, token]): Array<[string, string]> => (token && appId !== OWN ? [[appId, token]] : []),
		),
	);
}
