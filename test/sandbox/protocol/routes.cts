import { LINK_PERMISSION_SET } from '../platform/accounts.cts';
import type { Answer, Call, JsonObject } from './answer.cts';
import {
	appIdFieldErrcode,
	linkFieldsErrcode,
	wxamplink,
	wxamplinkget,
	wxampunlink,
} from '../links/linkApis.cts';
import {
	apiAuthorizerToken,
	apiGetAuthorizerInfo,
	apiGetAuthorizerList,
	apiQueryAuth,
} from '../platform/authorizerApis.cts';
import {
	apiComponentToken,
	apiCreatePreAuthCode,
	apiStartPushTicket,
	componentFieldsErrcode,
} from '../platform/componentApis.cts';
import {
	cgiPathFieldErrcode,
	clearQuota,
	clearQuotaV2,
	clearQuotaV2FieldsErrcode,
	openapiQuotaGet,
	openapiRidGet,
	ridFieldErrcode,
} from './quotaApis.cts';
import type { World } from '../world.cts';

/** Paths of the platform's APIs. Their token may also be called component_access_token. */
export const COMPONENT_PREFIX = '/cgi-bin/component/';

/** One API: what its caller must send, and what it does. */
export interface Route {
	readonly method: 'GET' | 'POST';
	/**
	 * `authorizer` = only an Official Account's authorizer_access_token, `component` = only a
	 * platform's, `any` = any kind of token, `none` = no token is checked.
	 */
	readonly token: 'authorizer' | 'component' | 'any' | 'none';
	/** The permission set that the account must have granted, null = none. */
	readonly permissionSet: number | null;
	/** Errcode of the fields of a JSON body, before any appid is looked up. */
	readonly fieldsErrcode: (body: JsonObject) => number;
	readonly handle: (call: Call, world: World) => Answer;
}

const noFields = (): number => 0;

const linkRoute = {
	method: 'POST',
	token: 'authorizer',
	permissionSet: LINK_PERMISSION_SET,
} as const;

const componentRoute = {
	method: 'POST',
	token: 'component',
	permissionSet: null,
	fieldsErrcode: componentFieldsErrcode,
} as const;

/** Platform APIs whose caller sends its secret instead of a token. */
const secretRoute = { ...componentRoute, token: 'none' } as const;

const componentRoutes: ReadonlyArray<[string, Route]> = [
	['api_component_token', { ...secretRoute, handle: apiComponentToken }],
	['api_start_push_ticket', { ...secretRoute, handle: apiStartPushTicket }],
	['api_create_preauthcode', { ...componentRoute, handle: apiCreatePreAuthCode }],
	['api_query_auth', { ...componentRoute, handle: apiQueryAuth }],
	['api_authorizer_token', { ...componentRoute, handle: apiAuthorizerToken }],
	['api_get_authorizer_info', { ...componentRoute, handle: apiGetAuthorizerInfo }],
	['api_get_authorizer_list', { ...componentRoute, handle: apiGetAuthorizerList }],
	[
		'clear_quota/v2',
		{ ...secretRoute, fieldsErrcode: clearQuotaV2FieldsErrcode, handle: clearQuotaV2 },
	],
];

/** Addresses for documentation purposes (RFC 5737). The answer has no errcode (documented). */
const apiDomainIps: Answer = {
	errcode: 0,
	bare: true,
	fields: { ip_list: ['192.0.2.10', '192.0.2.11', '198.51.100.20'] },
};

/** All APIs by path. */
export const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
	[
		'/cgi-bin/wxopen/wxamplink',
		{ ...linkRoute, fieldsErrcode: linkFieldsErrcode, handle: wxamplink },
	],
	['/cgi-bin/wxopen/wxamplinkget', { ...linkRoute, fieldsErrcode: noFields, handle: wxamplinkget }],
	[
		'/cgi-bin/wxopen/wxampunlink',
		{ ...linkRoute, fieldsErrcode: appIdFieldErrcode, handle: wxampunlink },
	],
	...componentRoutes.map(([name, route]): [string, Route] => [COMPONENT_PREFIX + name, route]),
	[
		'/cgi-bin/clear_quota',
		{
			method: 'POST',
			token: 'any',
			permissionSet: null,
			fieldsErrcode: appIdFieldErrcode,
			handle: clearQuota,
		},
	],
	[
		'/cgi-bin/openapi/quota/get',
		{
			method: 'POST',
			token: 'any',
			permissionSet: null,
			fieldsErrcode: cgiPathFieldErrcode,
			handle: (call, world) =>
				openapiQuotaGet(call, world, routes.get(String(call.body.cgi_path))?.token),
		},
	],
	[
		'/cgi-bin/openapi/rid/get',
		{
			method: 'POST',
			token: 'any',
			permissionSet: null,
			fieldsErrcode: ridFieldErrcode,
			handle: openapiRidGet,
		},
	],
	[
		'/cgi-bin/get_api_domain_ip',
		{
			method: 'GET',
			token: 'any',
			permissionSet: null,
			fieldsErrcode: noFields,
			handle: () => apiDomainIps,
		},
	],
]);
