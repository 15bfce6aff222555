import { limitConcurrency } from '../calls/waiting';
import { isOtherKind } from '../wechat/accountKind';
import { nameWithId, type ListedAuthorizer } from './authorizerList';
import type { Platform } from './platform';

/** Accounts whose names are asked for at the same time: each takes a call. */
const AT_ONCE = 10;

/** An account as a list in the editor offers it. */
interface Choice {
	name: string;
	value: string;
}

/**
 * The accounts that a person may choose from, by name: those of another kind are left out once that is
 * known, which it is when the name was asked for.
 *
 * @param most names that are asked for; the other accounts are offered by appid
 */
export async function choicesOf(
	platform: Platform,
	listed: readonly ListedAuthorizer[],
	most = Infinity,
): Promise<Choice[]> {
	const limit = limitConcurrency(AT_ONCE);
	const mayBeChosen = ({ appId }: ListedAuthorizer) => !isOtherKind(platform.kindOf(appId));
	const named = await Promise.all(
		listed.filter(mayBeChosen).map(async (one, index) => {
			const name = index < most ? await limit(async () => await platform.nameOf(one)) : one.name;
			return { ...one, name };
		}),
	);
	return named.filter(mayBeChosen).map(({ appId, name }) => ({
		name: nameWithId({ appId, name }),
		value: appId,
	}));
}
