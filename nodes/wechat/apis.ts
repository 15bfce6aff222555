import type { LinkApi } from './errcodes';

/** The platform's calls under /cgi-bin/component/. */
export type ComponentApi =
	| 'api_component_token'
	| 'api_start_push_ticket'
	| 'api_create_preauthcode'
	| 'api_query_auth'
	| 'api_authorizer_token'
	| 'api_get_authorizer_info'
	| 'api_get_authorizer_list';

/** The calls with which the owner of a token looks up its own quotas and calls. */
type DiagnosisApi = 'openapi/quota/get' | 'openapi/rid/get';

export type Api = LinkApi | ComponentApi | DiagnosisApi;

/** The path of a call below the entry host. */
export function pathOf(api: Api): string {
	if (api.startsWith('openapi/')) return `/cgi-bin/${api}`;
	return isComponentApi(api) ? `/cgi-bin/component/${api}` : `/cgi-bin/wxopen/${api}`;
}

/**
 * The query parameter with the token. WeChat's newer pages write access_token for the platform's
 * calls as well; component_access_token is what all SDKs have sent for years.
 */
export function tokenParameterOf(api: Api): 'access_token' | 'component_access_token' {
	return isComponentApi(api) ? 'component_access_token' : 'access_token';
}

function isComponentApi(api: Api): boolean {
	return api.startsWith('api_');
}
