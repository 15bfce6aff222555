import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { isRejected, unsent } from '../calls/client';
import { readComponentFields, readComponentToken } from '../tokens/recipes';
import { tokenInMemory } from '../tokens/renewal';
import { TOKENS } from '../tokens/tokenCache';
import { componentKey, originOf, PLATFORM_TOKENS } from '../tokens/tokenFields';
import { type AskService, fetchToken } from '../tokens/tokenService';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';

/*
 * The test of a credential has values that may never be saved, and cannot read or change what n8n keeps.
 * It shares the tokens of this process with the runs, by the same keys: who lacks the secret gets none.
 */

/** What a test makes of a call: WeChat's answer, or why there was no call. */
export type Tested = Reply & { obstacle?: Obstacle };

/** The credential with the newest token of the platform that this process knows, as if it were kept. */
export function withKnownToken(
	credentials: ICredentialDataDecryptedObject,
): ICredentialDataDecryptedObject {
	const origin = originOf(credentials);
	const key = componentKey(origin);
	const kept = new Map(PLATFORM_TOKENS.read(credentials, origin)).get(key);
	if (kept) TOKENS.adopt(key, kept);
	const known = TOKENS.tokenOf(key);
	if (!known) return credentials;
	return {
		...credentials,
		...PLATFORM_TOKENS.missing(credentials, origin, new Map([[key, known]])),
	};
}

/**
 * Makes the platform's token, and keeps it in memory for the tests and runs to come.
 *
 * @param ask calls api_component_token
 */
export async function makePlatformToken(
	credentials: ICredentialDataDecryptedObject,
	ask: (body: object) => Promise<Reply>,
): Promise<string | Obstacle> {
	return await tokenInMemory(componentKey(originOf(credentials)), async () => {
		const fields = readComponentFields(credentials);
		return isObstacle(fields) ? fields : readComponentToken(await ask(fields));
	});
}

/** Notes what WeChat said of a platform's token. */
export function judgeToken(
	credentials: ICredentialDataDecryptedObject,
	token: string,
	reply: Reply,
): void {
	const key = componentKey(originOf(credentials));
	if (isRejected(reply)) TOKENS.reject(key, token);
	else if (reply.errcode !== null) TOKENS.accept(key, token);
}

/** How an account's links are read with the token that a service gives. */
interface ServiceTest {
	/** Under which the account's token is kept in runs. */
	key: string;
	data: ICredentialDataDecryptedObject;
	/** The account, where it is known. */
	appId?: string;
	ask: AskService;
	readLinks(token: string): Promise<Reply>;
}

/** Asks a service for a token and reads the links with it; as a run does, once more for a rejected one. */
export async function testServiceToken(test: ServiceTest): Promise<Tested> {
	const { key, data, appId, ask, readLinks } = test;
	const isImpatient = () => true;
	const fetch = async () =>
		await fetchToken(ask, data, TOKENS.rejectionsOf(key), isImpatient, appId);
	const token = await fetch();
	if (isObstacle(token)) return unsent(token);
	const reply = await readLinks(token.value);
	if (!isRejected(reply)) return reply;
	TOKENS.reject(key, token.value);
	const other = await fetch();
	const isOther = !isObstacle(other) && other.value !== token.value;
	return isOther ? await readLinks(other.value) : reply;
}
