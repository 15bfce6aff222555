import type { Api } from './apis';
import { holdsLinkList } from './linkList';
import { isRecord, wholeNumberOf } from './values';

type Payload = Readonly<Record<string, unknown>>;

/**
 * What tells that a call was accepted, by API. WeChat leaves errcode out of some answers and says 0 in
 * others (doc/oplatform/developers/dev/guide.md), and JSON without an errcode may be anybody's: so it
 * counts only with what was asked for. The link calls always carry errcode, and so does
 * api_start_push_ticket, which gives nothing else.
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

/** Whether an answer that names no refusal is WeChat's to this call, and holds what was asked for. */
export function isAcceptance(api: Api, payload: Payload): boolean {
	return ACCEPTED[api](payload);
}

function holdsErrcode(payload: Payload): boolean {
	return 'errcode' in payload;
}

function isText(value: unknown): boolean {
	return typeof value === 'string' && value !== '';
}
