/** Why an account cannot be called until somebody acts. */
export type UnavailableReason =
	| 'notAuthorized'
	| 'frozen'
	| 'banned'
	| 'cancelled'
	| 'noPermissionSet'
	| 'other';

/** What a code says by itself; codes that mean several things are not in it. */
const REASONS: Readonly<Record<number, UnavailableReason>> = {
	42007: 'notAuthorized',
	50001: 'noPermissionSet',
	61003: 'notAuthorized',
	61007: 'noPermissionSet',
	61009: 'notAuthorized',
	61010: 'notAuthorized',
	61017: 'noPermissionSet',
	61023: 'notAuthorized',
};

/**
 * Codes that several states of an account have in common: 61003 comes for a withdrawn, a frozen and a
 * cancelled one (developers' reports), 50002 for a limited, a frozen and a cancelled one, and 48001 also
 * for one that has not granted the permission set.
 */
const AMBIGUOUS: ReadonlyArray<number | null> = [48001, 50002, 61003];

/** Whether only the account's info can tell what a code means. */
export function isAmbiguous(errcode: number | null): boolean {
	return AMBIGUOUS.includes(errcode);
}

/** Why an account cannot be called, by WeChat's code alone. */
export function reasonOfErrcode(errcode: number | null = null): UnavailableReason {
	return (errcode === null ? undefined : REASONS[errcode]) ?? 'other';
}
