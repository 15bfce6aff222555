import type { IDataObject } from 'n8n-workflow';

import { authorizerFields, exchangedElsewhere, exchangeFields } from '../accounts/exchangeFields';
import { unlessStopped } from '../calls/waiting';
import { exchangeCode, exchangeKeptCodes } from '../tokens/authorizationCodes';
import { askAuthorizer } from '../tokens/authorizerInfo';
import { codeIn, isLost, type KeptCode, toKeptCode } from '../tokens/keptCodes';
import type { PlatformTokens } from '../tokens/platformTokens';
import { isObstacle } from '../wechat/obstacle';
import type { Push } from '../wechat/push';
import { accountOf, authorizationCodeOf, fieldOf } from '../wechat/pushEvent';
import type { Language } from '../wechat/text';
import { ABANDONED_AFTER } from './otherProcesses';

/** Milliseconds an item waits for the exchange of its code, and for the account's name. */
const EXCHANGE_WITHIN = 8000;

/** The code of an authorization or a registration, undefined for a push without one. */
export function codeOf(push: Push): KeptCode | undefined {
	const code = authorizationCodeOf(push);
	if (code === '') return undefined;
	return toKeptCode(accountOf(push), code, fieldOf(push, 'AuthorizationCodeExpiredTime'));
}

/** Exchanges a code, and tells in the item's words what came out. */
export async function exchange(
	platform: PlatformTokens,
	code: KeptCode,
	language: Language,
	within = EXCHANGE_WITHIN,
): Promise<IDataObject> {
	if (platform.isService) return exchangedElsewhere(language);
	const result = await unlessStopped(exchangeCode(platform, code), AbortSignal.timeout(within));
	if (!isObstacle(result)) return exchangeFields(result, false, language);
	const isKept = !isLost(result) && Boolean(codeById(platform, code.id)?.code);
	return exchangeFields(result, !isKept, language);
}

/**
 * Exchanges the code of an item and asks for the account's name and kind, as far as both are quickly
 * done. They are an addition: where WeChat does not tell them, they are null.
 */
export async function exchangeForItem(
	platform: PlatformTokens,
	code: KeptCode,
	language: Language,
): Promise<IDataObject> {
	const until = AbortSignal.timeout(EXCHANGE_WITHIN);
	const fields = await exchange(platform, code, language);
	if (fields.codeExchanged !== true || code.appId === '') return fields;
	const ask = platform.asking(() => until.aborted);
	const info = await unlessStopped(askAuthorizer(platform, code.appId, ask), until);
	return { ...fields, ...(info && authorizerFields(info, language)) };
}

/** A code that the credential keeps. */
export function codeById({ kept }: PlatformTokens, id: string | undefined): KeptCode | undefined {
	return codeIn(kept.latest, id);
}

/** Exchanges what earlier pushes have left, as far as that is quickly done. */
export async function exchangeWhatIsLeft(platform: PlatformTokens): Promise<void> {
	if (platform.isService) return;
	await unlessStopped(
		exchangeKeptCodes(platform, ABANDONED_AFTER),
		AbortSignal.timeout(EXCHANGE_WITHIN),
	);
}
