import {
	NodeApiError,
	type ICredentialDataDecryptedObject,
	type ILoadOptionsFunctions,
	type INodePropertyOptions,
	type JsonObject,
} from 'n8n-workflow';

import { choicesOf } from '../accounts/accountChoices';
import { Platforms } from '../accounts/platform';
import { Client } from '../calls/client';
import { Transport } from '../calls/transport';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';

/** Milliseconds and calls for a list in the editor, where a person waits. */
const TIMEOUT = 10_000;
const TRIES = 1;
/** Accounts whose names are read: each takes a call. */
const MOST_NAMES = 100;

/**
 * The Official Accounts that authorized the platform, by name.
 *
 * @throws NodeApiError with what to do when the list cannot be read
 */
export async function getOfficialAccounts(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const client = new Client(new Transport(this, TIMEOUT), { maxTries: TRIES });
	const getCredentials = async (type: string) =>
		await this.getCredentials<ICredentialDataDecryptedObject>(type);
	const platforms = new Platforms(this, getCredentials, client, 1);
	const platform = await platforms.ofItem(0);
	const language = await platforms.languageOf(0);
	if (isObstacle(platform)) throw toError(this, platform, language);
	const { answer, authorizers } = await platform.listAccounts(Infinity);
	if (answer.errcode !== 0) {
		throw toError(this, answer.obstacle ?? explainReply(answer), language);
	}

	return await choicesOf(platform, authorizers, MOST_NAMES);
}

/** The editor shows only the message of a list that could not be loaded. */
function toError(
	context: ILoadOptionsFunctions,
	{ problem, hint }: Obstacle,
	language: Language,
): NodeApiError {
	const message = `${problem}. ${hint[language]}`;
	return new NodeApiError(context.getNode(), { message } as JsonObject, {
		message,
		description: hint[language],
	});
}
