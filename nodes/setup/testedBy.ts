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

/** The test of an Official Account's token; its code is loaded when a credential is tested. */
export const testAuthorizerToken: CredentialTest = async function (credential) {
	const tests = await import('./credentialTest');
	return await tests.testAuthorizerToken.call(this, credential);
};

/** The test of a third-party platform; its code is loaded when a credential is tested. */
export const testOpenPlatform: CredentialTest = async function (credential) {
	const tests = await import('./credentialTest');
	return await tests.testOpenPlatform.call(this, credential);
};
