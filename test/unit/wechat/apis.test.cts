import { pathOf, tokenParameterOf, type Api } from '../../../nodes/wechat/apis';

it.each<[Api, string, string]>([
	['wxamplink', '/cgi-bin/wxopen/wxamplink', 'access_token'],
	['wxamplinkget', '/cgi-bin/wxopen/wxamplinkget', 'access_token'],
	['wxampunlink', '/cgi-bin/wxopen/wxampunlink', 'access_token'],
	['api_component_token', '/cgi-bin/component/api_component_token', 'component_access_token'],
	['api_query_auth', '/cgi-bin/component/api_query_auth', 'component_access_token'],
	['openapi/quota/get', '/cgi-bin/openapi/quota/get', 'access_token'],
	['openapi/rid/get', '/cgi-bin/openapi/rid/get', 'access_token'],
])('The call %s has the path %s and its token in %s.', (api, path, parameter) => {
	expect(pathOf(api)).toBe(path);
	expect(tokenParameterOf(api)).toBe(parameter);
});
