import type {
	ICredentialDataDecryptedObject,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { describeLinkStatus } from '../wechat/linkStates';
import { Accounts } from './accounts';
import { Client } from './client';
import { linksOf } from './links';
import { resultOf, unsentResult, type Result } from './results';
import { Transport } from './transport';

/** Milliseconds and calls for a list in the editor, where a person waits. */
const TIMEOUT = 10_000;
const TRIES = 1;

/**
 * The account's links and invitations for the resource locator, with name and status. Entries
 * without an appid (WeChat leaves it out of refused ones) are given by their original ID.
 *
 * @throws NodeApiError with what to do when the list cannot be read
 */
export async function searchMiniProgramLinks(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const subject = { operation: 'getMany', officialAccountAppId: null, miniProgramAppId: null };
	const accounts = new Accounts(
		async (type) => await this.getCredentials<ICredentialDataDecryptedObject>(type),
	);
	const account = await accounts.ofItem(0);
	if ('problem' in account) throw toError(this, unsentResult(subject, account));

	const client = new Client(new Transport(this, TIMEOUT), TRIES);
	const { answer, entries } = await linksOf(account, client);
	if (answer.errcode !== 0) {
		throw toError(this, resultOf(subject, 'wxamplinkget', answer, 'failed'));
	}
	const wanted = (filter ?? '').toLowerCase();
	const results = entries
		.map(({ appid, username, nickname, status }) => {
			const value = appid ?? username ?? '';
			return { name: `${nickname ?? value} (${describeLinkStatus(status).label})`, value };
		})
		.filter(({ name, value }) => value && `${name} ${value}`.toLowerCase().includes(wanted));
	return { results };
}

function toError(context: ILoadOptionsFunctions, { errcode, errmsg, hint }: Result): NodeApiError {
	const message = errmsg || `WeChat answered ${errcode}`;
	return new NodeApiError(context.getNode(), { message } as JsonObject, {
		message,
		description: hint,
	});
}
