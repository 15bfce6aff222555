import type {
	ICredentialDataDecryptedObject,
	ILoadOptionsFunctions,
	INodePropertyOptions,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { nameOfAuthorizer } from '../accounts/authorizerName';
import { listAuthorizers } from '../accounts/authorizerList';
import { Platforms } from '../accounts/platform';
import { Client } from '../calls/client';
import { Transport } from '../calls/transport';
import { explainReply } from '../wechat/explain';
import { isObstacle, type Obstacle } from '../wechat/obstacle';

/** Milliseconds and calls for a list in the editor, where a person waits. */
const TIMEOUT = 10_000;
const TRIES = 1;
/** Accounts whose names are read, each with a call; those after them stand with their appid. */
const NAMED = 50;

/**
 * The accounts that authorised the platform, for the parameter Official Accounts.
 *
 * @throws NodeApiError with what to do when the list cannot be read
 */
export async function getOfficialAccounts(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const client = new Client(new Transport(this, TIMEOUT), { maxTries: TRIES });
	const getCredentials = async (type: string) =>
		await this.getCredentials<ICredentialDataDecryptedObject>(type);
	const platform = await new Platforms(this, getCredentials, client, 1).ofItem(0);
	if (isObstacle(platform)) throw toError(this, platform);
	const { answer, authorizers } = await listAuthorizers(platform, Infinity);
	if (answer.errcode !== 0) throw toError(this, answer.obstacle ?? explainReply(answer));
	return await Promise.all(
		authorizers.map(async ({ appId }, index) => ({
			name: index < NAMED ? await nameOfAuthorizer(platform, appId) : appId,
			value: appId,
		})),
	);
}

/** The editor shows only the message of a list that could not be loaded. */
function toError(context: ILoadOptionsFunctions, { problem, hint }: Obstacle): NodeApiError {
	const message = `${problem}. ${hint.en}`;
	return new NodeApiError(context.getNode(), { message } as JsonObject, {
		message,
		description: hint.en,
	});
}
