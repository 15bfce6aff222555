import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** What the credential keeps: entries begin with appid and token; an empty token was dropped. */
interface Kept {
	tokens?: Array<[appId: string, token: string, ...times: number[]]>;
}

/** The merchants' tokens that a credential holds, by the appid of the account. */
export function storedTokensIn(data: ICredentialDataDecryptedObject): Map<string, string> {
	const { tokens = [] } = JSON.parse(String(data.authorizerAccessTokens || '{}')) as Kept;
	return new Map(
		tokens.flatMap(([appId, token]): Array<[string, string]> => (token ? [[appId, token]] : [])),
	);
}
