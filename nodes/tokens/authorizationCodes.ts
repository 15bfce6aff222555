import { explainMissing, explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import { dropOldest } from '../wechat/values';
import {
	type AskPlatform,
	type Exchange,
	findExchanged,
	knownKindOf,
	noteAuthorization,
	type PlatformCaller,
	readExchange,
} from './authorizerInfo';
import {
	codeIn,
	isLost,
	type KeptCode,
	lostCode,
	ME,
	missingCode,
	readCodes,
	toKeptCode,
	withoutCode,
} from './keptCodes';
import { platformOf } from './platformFields';
import { authorizerKey } from './tokenFields';

/** Milliseconds in which the note of what became of a code waits for others, such as its token. */
const NOTE_WITHIN = 500;

/** Milliseconds for keeping a code that a browser has brought, and for another process to exchange it. */
const KEEP_WITHIN = 2500;
const NOTED_WITHIN = 3000;

/** Codes whose exchange is remembered. */
const CAPACITY = 500;

/** Exchanges of this process under way, by code and platform: two workflows may get one push. */
const UNDER_WAY = new Map<string, Promise<Exchange | Obstacle>>();

/** Codes that are exchanged, as this process knows: what notes that in the credential may take a while. */
const EXCHANGED = new Map<string, Exchange>();

/**
 * Exchanges a code (doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken), or finds that
 * another process has done it, and notes that in the credential.
 *
 * @returns an obstacle where it is not exchanged; one that may be retried leaves the code where it is
 */
export async function exchangeCode(
	platform: PlatformCaller,
	code: KeptCode,
	ask = platform.asking(),
): Promise<Exchange | Obstacle> {
	return await once(platform, code, async () => await exchangeAndNote(platform, code, ask));
}

/**
 * The same for a code that a merchant's browser has brought back (auth_code), which is kept before. The
 * push with the same code, which names the account, may come before, after or at the same moment.
 */
export async function exchangeReturnedCode(
	platform: PlatformCaller,
	given: string,
): Promise<Exchange | Obstacle> {
	const code = toKeptCode('', given, undefined);
	return await once(platform, code, async () => {
		const until = AbortSignal.timeout(KEEP_WITHIN);
		await platform.kept.shared?.ensure((now) => missingCode(now, code), until);
		return await exchangeAndNote(platform, code, platform.asking());
	});
}

/** One exchange for all that ask in this process, whatever has brought them the code. */
async function once(
	platform: PlatformCaller,
	code: KeptCode,
	work: () => Promise<Exchange | Obstacle>,
): Promise<Exchange | Obstacle> {
	const key = keyOf(platform, code);
	const known = UNDER_WAY.get(key) ?? EXCHANGED.get(key);
	if (known) return await known;
	const working = work()
		.then((result) => {
			if (!isObstacle(result)) remember(key, result);
			return result;
		})
		.finally(() => UNDER_WAY.delete(key));
	UNDER_WAY.set(key, working);
	return await working;
}

function remember(key: string, { appId, permissionSets, accountKind }: Exchange): void {
	EXCHANGED.set(key, { appId, permissionSets, accountKind });
	dropOldest(EXCHANGED, CAPACITY);
}

function keyOf({ kept }: PlatformCaller, { id }: KeptCode): string {
	return `${platformOf(kept.latest)}/${id}`;
}

/** Whether somebody else, here or in another process, has exchanged a code or is about to. */
export function isTaken(platform: PlatformCaller, code: KeptCode): boolean {
	const noted = codeIn(platform.kept.latest, code.id);
	const isOthers = noted !== undefined && (noted.code === '' || noted.by !== ME);
	const key = keyOf(platform, code);
	return isOthers || UNDER_WAY.has(key) || EXCHANGED.has(key);
}

/**
 * Exchanges the codes that are kept of an account, the newest first, and those of which nobody knows yet
 * whose they are.
 *
 * @returns undefined when none is kept
 */
export async function exchangeKeptCode(
	platform: PlatformCaller,
	appId: string,
	ask: AskPlatform,
): Promise<Exchange | Obstacle | undefined> {
	const isWanted = (code: KeptCode) => code.code !== '' && [appId, ''].includes(code.appId);
	let obstacle: Obstacle | undefined;
	for (const code of readCodes(platform.kept.latest).filter(isWanted)) {
		const result = await exchangeCode(platform, code, ask);
		if (!isObstacle(result)) {
			if (result.appId === appId) return result;
		} else if (code.appId === appId) obstacle = result;
	}
	return obstacle;
}

/**
 * Exchanges the codes that were kept and left; what fails stays for the next time.
 *
 * @param after milliseconds for which whoever received a code is left to exchange it
 */
export async function exchangeKeptCodes(platform: PlatformCaller, after: number): Promise<void> {
	const isLeft = ({ code, keptAt }: KeptCode) => code !== '' && Date.now() - keptAt > after;
	for (const code of readCodes(platform.kept.latest).filter(isLeft)) {
		await exchangeCode(platform, code);
	}
}

async function exchangeAndNote(
	platform: PlatformCaller,
	given: KeptCode,
	ask: AskPlatform,
): Promise<Exchange | Obstacle> {
	const noted = await untilNoted(platform, given);
	const code = { ...given, appId: given.appId || (noted?.appId ?? '') };
	const result =
		noted?.code === '' ? await recall(noted, code, ask) : await exchangeNow(platform, code, ask);
	if (isObstacle(result) && !isLost(result)) return result;
	if (!isObstacle(result)) noteAuthorization(platform, result.appId);
	platform.kept.shared?.keep((now) => {
		return missingCode(now, withoutCode(code, outcomeOf(platform, result)));
	}, NOTE_WITHIN);
	return result;
}

/** The code as the credential keeps it, after another process that has it has had the time to exchange it. */
async function untilNoted({ kept }: PlatformCaller, code: KeptCode): Promise<KeptCode | undefined> {
	const until = performance.now() + NOTED_WITHIN;
	for (;;) {
		const noted = codeIn(kept.latest, code.id);
		// Who takes up a code that a process has left need not wait for that one.
		const isOthers = noted && noted.code !== '' && noted.by !== ME && code.by === ME;
		if (!isOthers || !kept.shared || performance.now() > until) return noted;
		await kept.shared.look();
	}
}

/** What became of a code that needs no exchange any more. */
async function recall(
	noted: KeptCode,
	{ appId }: KeptCode,
	ask: AskPlatform,
): Promise<Exchange | Obstacle> {
	const { permissionSets, accountKind, errcode } = noted;
	if (permissionSets) return { appId: noted.appId, permissionSets, accountKind };
	// It was lost to a browser, and a push has named the account since.
	const isNewlyKnown = noted.appId === '' && appId !== '';
	return (isNewlyKnown ? await findExchanged(appId, ask) : undefined) ?? lostCode(errcode);
}

async function exchangeNow(
	platform: PlatformCaller,
	code: KeptCode,
	ask: AskPlatform,
): Promise<Exchange | Obstacle> {
	const answer = await ask('api_query_auth', { authorization_code: code.code });
	if (isLost(answer)) {
		return (await exchangeOfOthers(platform, code, ask)) ?? lostCode(answer.errcode);
	}
	if (answer.errcode !== 0) return answer.obstacle ?? explainReply(answer);
	const exchange = readExchange(code.appId, answer.payload);
	if (exchange.appId === '') return explainMissing(answer);
	const { kept } = platform;
	const key = authorizerKey(kept.origin, exchange.appId);
	if (exchange.token) kept.keep(key, exchange.token);
	else kept.giveUp(key);
	return exchange;
}

/** What another process's exchange has brought, where the account is known or a push has named it since. */
async function exchangeOfOthers(
	platform: PlatformCaller,
	code: KeptCode,
	ask: AskPlatform,
): Promise<Exchange | undefined> {
	if (code.appId !== '') return await findExchanged(code.appId, ask);
	await platform.kept.shared?.look();
	const { appId, permissionSets, accountKind } = (await untilNoted(platform, code)) ?? code;
	if (permissionSets) return { appId, permissionSets, accountKind };
	return appId === '' ? undefined : await findExchanged(appId, ask);
}

function outcomeOf(platform: PlatformCaller, result: Exchange | Obstacle): Partial<KeptCode> {
	if (isObstacle(result)) return { errcode: result.errcode };
	const { appId, permissionSets, accountKind = knownKindOf(platform, appId) } = result;
	return { appId, permissionSets, accountKind };
}
