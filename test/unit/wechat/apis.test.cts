import { isAcceptance, pathOf, tokenParameterOf, type Api } from '../../../nodes/wechat/apis';

it.each<[Api, string, string]>([
	['wxamplink', '/cgi-bin/wxopen/wxamplink', 'access_token'],
	['wxamplinkget', '/cgi-bin/wxopen/wxamplinkget', 'access_token'],
	['wxampunlink', '/cgi-bin/wxopen/wxampunlink', 'access_token'],
	['api_component_token', '/cgi-bin/component/api_component_token', 'component_access_token'],
	['api_query_auth', '/cgi-bin/component/api_query_auth', 'component_access_token'],
	['openapi/quota/get', '/cgi-bin/openapi/quota/get', 'access_token'],
	['openapi/rid/get', '/cgi-bin/openapi/rid/get', 'access_token'],
])('The call %s has the path %s and its token in %s', (api, path, parameter) => {
	expect(pathOf(api)).toBe(path);
	expect(tokenParameterOf(api)).toBe(parameter);
});

it.each<[Api, object]>([
	['wxamplink', { errcode: 0 }],
	['wxamplinkget', { errcode: 0, wxopens: { items: [] } }],
	['wxamplinkget', { errcode: 0 }],
	['wxampunlink', { errcode: '0' }],
	['api_start_push_ticket', { errcode: 0 }],
	['api_component_token', { component_access_token: 'token' }],
	['api_create_preauthcode', { pre_auth_code: 'code' }],
	['api_query_auth', { authorization_info: {} }],
	['api_authorizer_token', { authorizer_access_token: 'token' }],
	['api_get_authorizer_info', { authorizer_info: {} }],
	['api_get_authorizer_list', { list: [] }],
	['api_get_authorizer_list', { total_count: 0 }],
	['openapi/quota/get', { quota: {} }],
	['openapi/rid/get', { request: {} }],
])('The call %s was accepted if the answer is %j', (api, payload) => {
	expect(isAcceptance(api, { ...payload })).toBe(true);
});

it.each<[Api, object]>([
	['wxamplink', {}],
	['wxamplinkget', { errcode: 0, wxopens: 'none' }],
	['wxamplinkget', { wxopens: { items: [] } }],
	['wxampunlink', { errmsg: 'ok' }],
	['api_start_push_ticket', { errmsg: 'ok' }],
	['api_component_token', { component_access_token: '' }],
	['api_component_token', { component_access_token: 5 }],
	['api_create_preauthcode', { pre_auth_code: null }],
	['api_query_auth', { authorization_info: [] }],
	['api_query_auth', { authorization_info: 'none' }],
	['api_authorizer_token', { access_token: 'token' }],
	['api_get_authorizer_info', { authorizer_info: null }],
	['api_get_authorizer_list', { total_count: 3 }],
	['api_get_authorizer_list', { list: {} }],
	['openapi/quota/get', { errmsg: 'ok' }],
	['openapi/rid/get', { request: 'none' }],
])('The call %s was not accepted if the answer is %j', (api, payload) => {
	expect(isAcceptance(api, { ...payload })).toBe(false);
});
