import { unlessStopped } from '../calls/waiting';
import { exchangeReturnedCode, type Grant } from '../tokens/authorizationCodes';
import { askAuthorizer, knownKindOf } from '../tokens/authorizerInfo';
import { isCodeKept, isLost, UNKNOWN_CODE } from '../tokens/keptCodes';
import type { PlatformTokens } from '../tokens/platformTokens';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { join } from '../wechat/text';
import { CODE_IS_KEPT } from './exchangeFields';

/** An authorization that is completed: whose it is, as far as WeChat tells that in time, and for what. */
export type Completed = Pick<Grant, 'appId' | 'accountKind' | 'permissionSets'>;

/**
 * Exchanges the code that a merchant's browser has brought back, unless the push with the same one was
 * first, and asks for the account's kind.
 *
 * @param within milliseconds to wait for both; what is under way then goes on
 */
export async function completeAuthorization(
	tokens: PlatformTokens,
	code: string,
	within: number,
): Promise<Completed | Obstacle> {
	const until = AbortSignal.timeout(within);
	const grant = await unlessStopped(
		exchangeReturnedCode(tokens.kept, tokens.asking(), code),
		until,
	);
	if (!grant || isObstacle(grant)) {
		return withWayOut(grant ?? UNDER_WAY, isCodeKept(tokens.kept.latest, code));
	}
	const { appId, permissionSets, accountKind = knownKindOf(tokens.kept, appId) } = grant;
	if (accountKind) return { appId, permissionSets, accountKind };
	const ask = tokens.asking(() => until.aborted);
	const info = await unlessStopped(askAuthorizer(tokens.kept, ask, appId), until);
	return { appId, permissionSets, accountKind: info?.authorizer?.accountKind };
}

function withWayOut(obstacle: Obstacle, isKept: boolean): Obstacle {
	if (obstacle.errcode === UNKNOWN_CODE) return { ...obstacle, ...WRONG };
	if (isLost(obstacle) || !isKept) return obstacle;
	return { ...obstacle, hint: join(obstacle.hint, CODE_IS_KEPT) };
}

const WRONG: Pick<Obstacle, 'problem' | 'hint'> = {
	problem: 'WeChat does not know the authorization code',
	hint: {
		en: "Check the code: it has to be the whole auth_code of this platform's own authorization link. WeChat takes neither a pre-auth code nor the code of another platform.",
		'zh-CN':
			'请检查授权码：它必须是本平台授权链接返回的完整 auth_code。预授权码和其他平台的授权码都无法使用。',
	},
};

const UNDER_WAY: Obstacle = {
	category: 'retryLater',
	problem: 'WeChat has not exchanged the authorization code in time',
	hint: {
		en: 'The exchange goes on. Run the item again in a minute to see what came out.',
		'zh-CN': '换取仍在继续。请一分钟后重新运行该条目以查看结果。',
	},
	whoActs: 'operator',
};
