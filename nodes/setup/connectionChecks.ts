import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readFallback } from '../calls/baseUrl';
import { explainReply, isObstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import { join } from '../wechat/text';
import * as HINTS from './checkHints';
import { notChecked, ok, refused, type Finding } from './finding';

/** WeChat's answers to a caller whose IP address is not in the platform's whitelist. */
export const WRONG_IP: ReadonlyArray<number | null> = [40090, 40187, 45035, 61004];

/** What an answer says of the whitelist: WeChat looks at the address before anything else. */
export function judgeWhitelist(reply: Reply): Finding {
	const { errcode, requestIp = 'of n8n', detour } = reply;
	if (WRONG_IP.includes(errcode)) {
		const problem = `The IP address ${requestIp} is not in the platform's IP whitelist`;
		const obstacle = { ...explainReply(reply), problem };
		return { ...refused('ipWhitelist', obstacle), hint: HINTS.whitelist(reply.requestIp) };
	}
	if (errcode !== 0) return notChecked('ipWhitelist', 'credential');
	const detail = `${detour ? 'The fallback' : 'WeChat'} took the call, so n8n's IP address is in the whitelist`;
	return ok('ipWhitelist', detail, detour);
}

/** Adds to the check of the credential that its fallback cannot be used; calls go on without it. */
export function withFallback(found: Finding, data: ICredentialDataDecryptedObject): Finding {
	const fallback = readFallback(data);
	if (!isObstacle(fallback)) return found;
	return {
		...found,
		status: found.status === 'ok' ? 'attention' : found.status,
		detail: `${found.detail}. ${fallback.problem}`,
		hint: join(found.hint, fallback.hint),
	};
}
