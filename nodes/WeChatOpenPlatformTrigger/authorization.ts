import type { IDataObject } from 'n8n-workflow';

import { accountFields, exchangedElsewhere, grantFields } from '../accounts/grantFields';
import { unlessStopped } from '../calls/waiting';
import { exchangeCode, exchangeKeptCodes } from '../tokens/authorizationCodes';
import { askAuthorizer } from '../tokens/authorizerInfo';
import { isCodeKept, isLost, type KeptCode } from '../tokens/keptCodes';
import type { PlatformTokens } from '../tokens/platformTokens';
import { isObstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';
import { ABANDONED_AFTER } from './receivedPushes';

/** Milliseconds that an item waits for the exchange of its code, and for the account's name. */
const EXCHANGE_WITHIN = 8000;

/** Exchanges a code, and returns the fields of the item that describe the outcome. */
export async function exchange(
	platform: PlatformTokens,
	code: KeptCode,
	language: Language,
	within = EXCHANGE_WITHIN,
): Promise<IDataObject> {
	if (platform.isService) return exchangedElsewhere(language);
	const result = await unlessStopped(
		exchangeCode(platform.kept, platform.asking(), code),
		AbortSignal.timeout(within),
	);
	const isLostCode =
		isObstacle(result) && (isLost(result) || !isCodeKept(platform.kept.latest, code.code));
	return grantFields(result, isLostCode, language);
}

/**
 * Exchanges the code of an item and asks for the account's name and kind. Name and kind are optional: the
 * item does not wait long for them, and they are null if WeChat does not send them.
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
	const info = await unlessStopped(askAuthorizer(platform.kept, ask, code.appId), until);
	return { ...fields, ...(info && accountFields(info, language)) };
}

/** Exchanges the codes that earlier pushes have left behind, but does not wait long for that. */
export async function exchangeWhatIsLeft(platform: PlatformTokens): Promise<void> {
	if (platform.isService) return;
	await unlessStopped(
		exchangeKeptCodes(platform.kept, platform.asking(), ABANDONED_AFTER),
		AbortSignal.timeout(EXCHANGE_WITHIN),
	);
}
