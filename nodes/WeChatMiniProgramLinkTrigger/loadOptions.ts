import type {
	ICredentialDataDecryptedObject,
	ILoadOptionsFunctions,
	INodePropertyOptions,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import type { ListedAuthorizer } from '../accounts/authorizerList';
import { Platforms } from '../accounts/platform';
import { Client } from '../calls/client';
import { limitConcurrency } from '../calls/limit';
import { Transport } from '../calls/transport';
import { explainReply } from '../wechat/explain';
import { isObstacle, type Obstacle } from '../wechat/obstacle';

/** Milliseconds and calls for a list in the editor, where a person waits. */
const TIMEOUT = 10_000;
const TRIES = 1;
/** Accounts whose names are read: each takes a call. */
const MOST_NAMES = 100;
const AT_ONCE = 10;

/**
 * The accounts that authorised the platform, by name.
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
	const { answer, authorizers } = await platform.listAccounts(Infinity);
	if (answer.errcode !== 0) throw toError(this, answer.obstacle ?? explainReply(answer));

	const limit = limitConcurrency(AT_ONCE);
	const nameOf = async (listed: ListedAuthorizer) => await platform.nameOf(listed);
	return await Promise.all(
		authorizers.map(async (listed, index) => {
			const { appId } = listed;
			const name = index < MOST_NAMES ? await limit(nameOf, listed) : listed.name;
			return { name: name ? `${name} (${appId})` : appId, value: appId };
		}),
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
