import { holdsLinkList } from './linkList';
import { isRecord, wholeNumberOf } from './values';

/** The three link calls under /cgi-bin/wxopen/. */
export type LinkApi = 'wxamplink' | 'wxamplinkget' | 'wxampunlink';

/** All calls: those of an account's links, the platform's, and those about quotas and earlier calls. */
export type Api =
	| LinkApi
	| 'api_component_token'
	| 'api_start_push_ticket'
	| 'api_create_preauthcode'
	| 'api_query_auth'
	| 'api_authorizer_token'
	| 'api_get_authorizer_info'
	| 'api_get_authorizer_list'
	| 'openapi/quota/get'
	| 'openapi/rid/get';

/** The path of a call below the entry host. */
export function pathOf(api: Api): string {
	if (api.startsWith('openapi/')) return `/cgi-bin/${api}`;
	return isComponentApi(api) ? `/cgi-bin/component/${api}` : `/cgi-bin/wxopen/${api}`;
}

/**
 * The query parameter for the token. WeChat's newer pages write access_token for the platform's calls,
 * too, but all SDKs have sent component_access_token for years.
 */
export function tokenParameterOf(api: Api): 'access_token' | 'component_access_token' {
	return isComponentApi(api) ? 'component_access_token' : 'access_token';
}

function isComponentApi(api: Api): boolean {
	return api.startsWith('api_');
}

type Payload = Readonly<Record<string, unknown>>;

/**
 * How to recognize that WeChat accepted a call, by API. WeChat omits errcode in some answers and sends 0 in
 * others (doc/oplatform/developers/dev/guide.md). JSON without an errcode may come from any server, so it counts
 * only if it contains what was asked for. Answers to the link calls always contain errcode; answers to
 * api_start_push_ticket do, too, and contain nothing else.
 */
const ACCEPTED: Readonly<Record<Api, (payload: Payload) => boolean>> = {
	wxamplink: holdsErrcode,
	wxamplinkget: (payload) => holdsErrcode(payload) && holdsLinkList(payload),
	wxampunlink: holdsErrcode,
	api_start_push_ticket: holdsErrcode,
	api_component_token: ({ component_access_token: token }) => isText(token),
	api_create_preauthcode: ({ pre_auth_code: code }) => isText(code),
	api_query_auth: ({ authorization_info: info }) => isRecord(info),
	api_authorizer_token: ({ authorizer_access_token: token }) => isText(token),
	api_get_authorizer_info: ({ authorizer_info: info }) => isRecord(info),
	// A platform without accounts may get no list (assumed).
	api_get_authorizer_list: ({ list, total_count: total }) =>
		Array.isArray(list) || wholeNumberOf(total) === 0,
	'openapi/quota/get': ({ quota }) => isRecord(quota),
	'openapi/rid/get': ({ request }) => isRecord(request),
};

/** Whether an answer that is not a refusal is WeChat's answer to this call, and contains what was asked for. */
export function isAcceptance(api: Api, payload: Payload): boolean {
	return ACCEPTED[api](payload);
}

function holdsErrcode(payload: Payload): boolean {
	return 'errcode' in payload;
}

function isText(value: unknown): boolean {
	return typeof value === 'string' && value !== '';
}
