import { LINK_PERMISSION_SET } from './accounts.cts';
import type { Answer, Call, JsonObject } from './answer.cts';
import {
	appIdFieldErrcode,
	linkFieldsErrcode,
	wxamplink,
	wxamplinkget,
	wxampunlink,
} from './linkApis.cts';
import type { World } from './world.cts';

/** One API: what its caller must bring, and what it does. */
export interface Route {
	readonly method: 'GET' | 'POST';
	/** `authorizer` = only an Official Account's authorizer_access_token; `any` = any kind of token. */
	readonly token: 'authorizer' | 'any';
	/** The permission set the account must have granted, null = none. */
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
