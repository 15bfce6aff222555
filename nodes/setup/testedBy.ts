import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

type CredentialTest = (
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
) => Promise<INodeCredentialTestResult>;

/** Tests an Official Account's token; its code is loaded on first use. */
export const testAuthorizerToken: CredentialTest = async function (credential) {
	const tests = await import('./credentialTest');
	return await tests.testAuthorizerToken.call(this, credential);
};

/** Tests a third-party platform; its code is loaded on first use. */
export const testOpenPlatform: CredentialTest = async function (credential) {
	const tests = await import('./credentialTest');
	return await tests.testOpenPlatform.call(this, credential);
};
