import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodePropertyOptions,
	IPollFunctions,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { AccountFinder } from '../accounts/accountFinder';
import { CredentialReader, hintLanguageOf } from '../accounts/credentialReader';
import { Client } from '../calls/client';
import { Transport } from '../calls/transport';
import { PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { isOtherKind } from '../wechat/accountKind';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';
import { latestChanges } from './changes';
import { changeItem } from './item';
import { readMemory } from './memory';
import { toFailure } from './schedule';
import type { Settings } from './settings';
import type { Watched } from './watched';

/** Milliseconds and number of tries for a list in the editor: few, because a person waits. */
const TIMEOUT = 10_000;
const TRIES = 1;
/** Number of accounts whose names are read: each name takes a call. */
const MOST_NAMES = 100;
/** The most items, and the most Official Accounts, of a test in the editor. */
const SAMPLES = 10;
const SAMPLED_ACCOUNTS = 5;
/** The most accounts that a test reads, including those of another kind. */
const MOST_READ = 50;

/**
 * The Official Accounts that authorized the platform, by name.
 *
 * @throws NodeApiError with what to do if the list cannot be read
 */
export async function getOfficialAccounts(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const client = new Client(new Transport(this, TIMEOUT), { maxTries: TRIES });
	const read = await new CredentialReader(this, PLATFORM_CREDENTIAL).ofItem(0);
	const platform = isObstacle(read) ? read : new AccountFinder(this, client).platformOf(read);
	const language = hintLanguageOf(read);
	if (isObstacle(platform)) throw toListFailure(this, platform, language);
	const { answer, authorizers } = await platform.listAccounts(Infinity);
	if (answer.errcode !== 0) {
		throw toListFailure(this, answer.obstacle ?? explainReply(answer), language);
	}

	return await platform.choicesOf(authorizers, MOST_NAMES);
}

/** If a list cannot be loaded, the editor shows only the message, so the message contains the hint. */
function toListFailure(
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

/**
 * Returns the current state of some accounts for a test in the editor, and remembers nothing.
 *
 * @throws NodeApiError if no account can be read
 */
export async function sample(
	context: IPollFunctions,
	watched: Watched,
	{ language }: Settings,
	now: number,
): Promise<INodeExecutionData[] | null> {
	const items: IDataObject[] = [];
	const { others } = readMemory(context.getWorkflowStaticData('node'), watched.origin);
	const { found, obstacle } = await watched.accounts([]);
	let failed = found.length > 0 ? undefined : obstacle;
	let visited = 0;
	for (const account of found.filter(({ id }) => !others.has(id)).slice(0, MOST_READ)) {
		const read = await watched.read(account);
		const isOther = isObstacle(read) && isOtherKind(read.accountKind);
		if (!isOther) visited++;
		if (isObstacle(read)) failed ??= read;
		else {
			const changes = latestChanges(account.id, read.entries, now);
			items.push(...changes.map((one) => changeItem(one, account.appId, now, language)));
		}
		if (items.length >= SAMPLES || visited >= SAMPLED_ACCOUNTS) break;
	}
	if (items.length === 0 && failed) throw toFailure(context, failed, now, language);
	return items.length > 0 ? items.slice(0, SAMPLES).map((json) => ({ json })) : null;
}
