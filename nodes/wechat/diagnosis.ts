import { pathOf, type LinkApi } from './apis';
import type { Obstacle } from './obstacle';
import { redact, redactText } from './redaction';
import { readReply, type Reply } from './reply';
import { givenText, objectOf, textOf, timeOf, wholeNumberOf } from './values';

/** The calls whose quotas Check Setup reads. */
export const LINK_APIS: readonly LinkApi[] = ['wxamplink', 'wxamplinkget', 'wxampunlink'];

/** The quota of one API, in calls and seconds; null for what WeChat does not say. */
interface ApiQuota {
	dailyLimit: number | null;
	used: number | null;
	remain: number | null;
	/** Maximum number of calls in a period, and its seconds, for all callers of the account. */
	rateLimitCalls: number | null;
	rateLimitSeconds: number | null;
	/** The same for calls that a platform makes for the account. */
	platformRateLimitCalls: number | null;
	platformRateLimitSeconds: number | null;
}

const PATH = /^\/[\w./-]+$/;

/**
 * Reads the path of an API, which WeChat requires with a leading slash and without a host. A wrong one is
 * reported before WeChat is called: WeChat would answer 76003, as if permissions were missing.
 */
export function readCgiPath(value: unknown): string | Obstacle {
	const text = textOf(value);
	if (PATH.test(text) && !text.startsWith('//')) return text;
	const inside = /cgi-bin\/[\w./-]+/.exec(text)?.[0];
	const example = inside ? `/${inside}` : pathOf('wxamplink');
	return {
		category: 'other',
		problem:
			text === ''
				? 'The API Path is empty'
				: 'API Path is not a valid path: it must start with a slash and have neither host nor query',
		hint: {
			en: `Enter only the path in the parameter API Path: ${example}`,
			'zh-CN': `请在参数 API Path 中只填写路径：${example}`,
		},
		whoActs: 'operator',
	};
}

/** Reads the answer of openapi/quota/get (doc/oplatform/openApi/openapi/api_getapiquota). */
export function readApiQuota(payload: Record<string, unknown>): ApiQuota {
	const quota = objectOf(payload.quota);
	const rate = objectOf(payload.rate_limit);
	const platformRate = objectOf(payload.component_rate_limit);
	return {
		dailyLimit: numberOf(quota.daily_limit),
		used: numberOf(quota.used),
		remain: numberOf(quota.remain),
		rateLimitCalls: numberOf(rate.call_count),
		rateLimitSeconds: numberOf(rate.refresh_second),
		platformRateLimitCalls: numberOf(platformRate.call_count),
		platformRateLimitSeconds: numberOf(platformRate.refresh_second),
	};
}

/** A quota in words that anybody may see. */
export function describeApiQuota(api: LinkApi, quota: ApiQuota): string {
	const { dailyLimit, used, remain } = quota;
	const rates = [
		describeRate(quota.rateLimitCalls, quota.rateLimitSeconds, ''),
		describeRate(quota.platformRateLimitCalls, quota.platformRateLimitSeconds, ' by a platform'),
	];
	const day = `used ${shown(used)} of ${shown(dailyLimit)} a day, ${shown(remain)} left`;
	return `${api}: ${[day, ...rates.filter((rate) => rate !== '')].join(', ')}`;
}

function describeRate(calls: number | null, seconds: number | null, by: string): string {
	return calls === null ? '' : `${calls} calls in ${shown(seconds)} s${by}`;
}

function shown(value: number | null): string {
	return value === null ? '?' : String(value);
}

function numberOf(value: unknown): number | null {
	return wholeNumberOf(value) ?? null;
}

const RID = /^(?:rid:\s*)?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})$/i;
const LINK_CALL = /\/cgi-bin\/wxopen\/(wxamp(?:linkget|link|unlink))(?![a-z])/;

/** A call as WeChat recorded it, without secrets. */
interface CallRecord {
	/** ISO 8601. */
	invokeTime: string | null;
	costInMs: number | null;
	/** In the sample on WeChat's page, it contains only the query. */
	requestUrl: string;
	/** Parsed if it is JSON. */
	requestBody: unknown;
	responseBody: unknown;
	clientIp: string | null;
	/** WeChat's answer to the call. */
	reply: Reply;
	/** Which link call it was, if the URL shows that. */
	api: LinkApi | undefined;
}

/** Reads a rid as a person copies it; undefined for anything else. */
export function readRid(value: unknown): string | undefined {
	return RID.exec(givenText(value))?.[1].toLowerCase();
}

/** Reads the answer of openapi/rid/get (doc/oplatform/openApi/openapi/api_getridinfo). */
export function readCallRecord(payload: Record<string, unknown>): CallRecord {
	const request = objectOf(payload.request);
	const url = textOf(request.request_url);
	const response = textOf(request.response_body);
	const reply = readReply(200, response);
	return {
		invokeTime: timeOf(request.invoke_time),
		costInMs: wholeNumberOf(request.cost_in_ms) ?? null,
		requestUrl: redactText(url),
		requestBody: readBody(textOf(request.request_body)),
		responseBody: readBody(response),
		clientIp: textOf(request.client_ip) || null,
		reply: { ...reply, errmsg: redactText(reply.errmsg) },
		api: LINK_CALL.exec(url)?.[1] as LinkApi | undefined,
	};
}

function readBody(text: string): unknown {
	if (text === '') return null;
	try {
		return redact(JSON.parse(text) as unknown);
	} catch {
		return redactText(text);
	}
}
