import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { missingCode, toKeptCode, type KeptCode } from '../../../nodes/tokens/keptCodes';
import { asStored } from '../table.cts';

/** A platform that keeps nothing yet. */
export const CREDENTIALS: Data = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
};

let codes = 0;

/** A code that no other test uses, by default of the account wx1. */
export const newCode = (appId = 'wx1', endsAt: unknown = undefined) =>
	toKeptCode(appId, `code number ${++codes}`, endsAt);

/** A credential after it has learned about these codes. */
export const keeping = (record: Data, ...kept: KeptCode[]) =>
	kept.reduce<Data>((now, code) => asStored({ ...now, ...missingCode(now, code) }), record);
