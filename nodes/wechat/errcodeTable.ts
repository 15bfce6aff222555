import type { Errcode, LinkApi } from './errcodeTypes';

/*
 * Sources: the pages under developers.weixin.qq.com
 * doc/oplatform/openApi/officalaccount-management/link-miniprogram/api_linkminiprogram and
 * api_unlinkminiprogram (their meaning wins), doc/oplatform/openApi/ticket-token/,
 * authorization-management/ and openapi/, then the copy of WeChat's general return code table
 * in public SDKs. What only developers reported in WeChat's forum is said to be so.
 */

const SUPPORT = 'Ask WeChat support and give them the rid.';
const CHECK_VALUES =
	"Check this item's values and the node's options. If they are right, report the code and the rid to the maintainers of this package.";
const MERCHANT_AUTHORIZES =
	'The Official Account administrator of the merchant opens the authorization link and authorizes the platform again.';
const KEEP_SET_33 =
	"The merchant's Official Account administrator opens the authorization link again, scans it and keeps permission set 33 (Mini Program linking management, 小程序关联管理) ticked.";
const NEW_CODE =
	'Send the merchant a new authorization link; each code works once and not for long. If WeChat gives no new code, the merchant has to change the ticked permission sets.';
const PLATFORM_KEYS =
	'The provider checks the AppID and AppSecret in the WeChat Open Platform API credential: they are those of the third-party platform in the WeChat Open Platform console, not of an Official Account.';
const NEXT_TICKET =
	'Keep the workflow with the WeChat Open Platform Trigger active and wait 10 minutes for the next push. If none comes, the provider checks the authorization event URL in the WeChat Open Platform console.';
const WHITELIST =
	"The provider adds n8n's outgoing IP address (WeChat's text may name it) in the WeChat Open Platform console, third-party platform, IP whitelist.";
const OA_TOKEN =
	"Use the authorizer_access_token that the platform holds for the Official Account: not the platform's own token, not a Mini Program's, not one made with the account's AppSecret.";
const FRESH_TOKEN =
	'With a pasted token: paste the newest authorizer_access_token. If it comes back, another system renews the same token too: let only one of them do it.';
const PUBLISH =
	'The provider publishes the third-party platform in the WeChat Open Platform console.';
const BASE_URL =
	'Check the API Base URL in the credential: it starts with https:// and holds no spaces or line breaks (normally https://api.weixin.qq.com). A proxy on the way has to pass POST and its body on.';
const ACCOUNT_STATE =
	"The merchant's Official Account administrator looks for a notice in the WeChat Official Accounts Platform console (mp.weixin.qq.com). If there is none, ask WeChat support with the rid.";
const BLACKLIST =
	'Only WeChat support can tell the reason: the Mini Program administrator asks there with the rid.';
const KEYS_OR_TICKET =
	'The provider checks that AppID and AppSecret in the WeChat Open Platform API credential are those of the third-party platform, not of an Official Account. If they are, wait 10 minutes for the next ticket.';
const PLATFORM_TOKEN =
	"Send the item again once, so that the platform's token is made anew. If this stays, check that tickets arrive: the workflow with the WeChat Open Platform Trigger has to be active.";

/** What WeChat's answer codes mean for linking and for the token chain, by code. */
// prettier-ignore
export const ERRCODES: Readonly<Record<number, Errcode>> = {
	[-1]: { category: 'retryable', retry: 'backOff', meaning: "WeChat's server is busy or out of order", hint: 'Send the item again in a few minutes. If a link keeps getting this, check that the appid is that of a Mini Program: developers got it for the appid of a service account, where waiting may not help.' },
	0: { category: 'success', retry: 'no', meaning: 'Accepted', hint: '' },

	1001: { category: 'quota', retry: 'no', meaning: 'The company owns the maximum number of Mini Programs', hint: `SDKs know this from other calls, WeChat does not list it for linking. ${SUPPORT}` },
	1002: { category: 'forbidden', retry: 'no', meaning: 'The company is on a blacklist for violations', hint: BLACKLIST },
	1003: { category: 'quota', retry: 'no', meaning: "The administrator's WeChat is bound to too many accounts", hint: "The administrator of the Mini Program unbinds some accounts in WeChat's security assistant; then send the item again." },
	1004: { category: 'forbidden', retry: 'no', meaning: "The administrator's WeChat is on a blacklist for violations", hint: BLACKLIST },
	1005: { category: 'quota', retry: 'no', meaning: "The administrator's phone number is bound to too many accounts", hint: 'WeChat documents: the Mini Program administrator unbinds accounts in the security assistant. Developers also saw this after more than 3 Mini Programs of other companies or many links and unlinks; then ask WeChat support.' },
	1006: { category: 'forbidden', retry: 'no', meaning: 'The phone number is on a blacklist for violations', hint: BLACKLIST },
	1007: { category: 'quota', retry: 'no', meaning: "The administrator's identity card is bound to too many accounts", hint: 'The Mini Program administrator unbinds accounts that are no longer needed; then send the item again. WeChat does not list this for linking: support can tell more with the rid.' },
	1008: { category: 'forbidden', retry: 'no', meaning: "Presumably the administrator's identity card is on a blacklist for violations", hint: `The meaning is inferred from its neighbours 1004 and 1006. ${SUPPORT}` },

	40001: { category: 'authorization', retry: 'renewToken', meaning: 'The access token is wrong or a newer one has replaced it', hint: `${FRESH_TOKEN} With the Open Platform credential, check its AppSecret as well.` },
	40002: { category: 'invalidRequest', retry: 'no', meaning: 'Wrong credential type', hint: CHECK_VALUES },
	40013: { category: 'invalidRequest', retry: 'no', meaning: 'The appid is malformed, unknown, or not the one of the token', hint: "Compare the appids with the consoles: the Mini Program's, the Official Account's and the platform's each belong in their own field. An appid is wx and 16 characters of 0-9 and a-f." },
	40014: { category: 'authorization', retry: 'renewToken', meaning: 'The access token is malformed or unknown', hint: `Check that the token was pasted whole. ${FRESH_TOKEN}` },
	40033: { category: 'invalidRequest', retry: 'no', meaning: 'The body holds \\uXXXX escapes', hint: `A proxy may have rewritten the body: it has to pass UTF-8 on unchanged. ${CHECK_VALUES}` },
	40035: { category: 'invalidRequest', retry: 'no', meaning: 'A parameter has a value or size that is not allowed', hint: CHECK_VALUES },
	40066: { category: 'invalidRequest', retry: 'no', meaning: 'The request path does not exist', hint: BASE_URL },
	40090: { category: 'authorization', retry: 'no', meaning: 'Calls from this IP address are refused', hint: `${WHITELIST} If it is there: WeChat support, with the rid.` },
	40091: { category: 'authorization', retry: 'no', meaning: "The platform's verify ticket is invalid", hint: NEXT_TICKET },
	40094: { category: 'authorization', retry: 'no', meaning: "The platform's credentials are invalid", hint: PLATFORM_KEYS },
	40095: { category: 'authorization', retry: 'no', meaning: 'The caller is not accepted', hint: `${OA_TOKEN} If it is that one: WeChat support, with the rid.` },
	40097: { category: 'invalidRequest', retry: 'no', meaning: 'A parameter is wrong', hint: CHECK_VALUES },
	40101: { category: 'invalidRequest', retry: 'no', meaning: 'A parameter is missing', hint: CHECK_VALUES },
	40106: { category: 'invalidRequest', retry: 'no', meaning: 'The original ID of an account is invalid', hint: "Compare the original ID (gh_...) with the one in the account's console." },
	40125: { category: 'authorization', retry: 'no', meaning: 'The AppSecret is wrong, perhaps because it was reset', hint: PLATFORM_KEYS },
	40164: { category: 'authorization', retry: 'no', meaning: "The IP address is not in the account's own IP whitelist", hint: "WeChat's text names the IP address: the owner of the account adds it to the IP whitelist of that account. This is not the whitelist of the third-party platform (that would be 61004)." },
	40166: { category: 'invalidRequest', retry: 'no', meaning: 'The appid of the Mini Program is invalid', hint: "Copy the appid from the Mini Program's console again: wx and 16 characters of 0-9 and a-f." },
	40170: { category: 'invalidRequest', retry: 'no', meaning: 'A count is above its limit', hint: CHECK_VALUES },
	40187: { category: 'authorization', retry: 'no', meaning: 'The IP address is not allowed', hint: WHITELIST },
	41001: { category: 'authorization', retry: 'no', meaning: 'The access token is absent', hint: 'The access token is empty: fill it in the WeChat Authorizer Token API credential, or check that its expression gives a value for this item.' },
	41002: { category: 'invalidRequest', retry: 'no', meaning: 'The appid is absent', hint: 'Fill in the Mini Program; if it is an expression, check that it gives a value for this item.' },
	41003: { category: 'invalidRequest', retry: 'no', meaning: 'The refresh token is absent', hint: 'The merchant authorizes the platform again with the authorization link and changes a ticked permission set on the way: without a change WeChat sends nothing new.' },
	41004: { category: 'authorization', retry: 'no', meaning: "The platform's AppSecret is absent", hint: PLATFORM_KEYS },
	41018: { category: 'invalidRequest', retry: 'no', meaning: "The platform's AppID is absent, or the body did not arrive as JSON", hint: 'The provider fills in the AppID of the third-party platform in the WeChat Open Platform API credential. If it is there, a proxy on the way may have changed the body.' },
	41019: { category: 'authorization', retry: 'no', meaning: "The platform's secret is absent", hint: PLATFORM_KEYS },
	41020: { category: 'authorization', retry: 'no', meaning: "The platform's verify ticket is absent", hint: NEXT_TICKET },
	41021: { category: 'authorization', retry: 'no', meaning: "The platform's access token is absent", hint: PLATFORM_TOKEN },
	42001: { category: 'authorization', retry: 'renewToken', meaning: 'The access token is older than 2 hours', hint: 'Paste the newest authorizer_access_token, or let the credential read it from a token service. With the Open Platform credential, send the item again once.' },
	42005: { category: 'authorization', retry: 'no', meaning: 'The right to use this API has lapsed', hint: 'The merchant or the provider asks WeChat support, with the rid, how to get it back.' },
	42006: { category: 'authorization', retry: 'renewToken', meaning: "The platform's access token has expired", hint: PLATFORM_TOKEN },
	42007: { category: 'authorization', retry: 'no', meaning: 'The owner changed the WeChat password, which ended all tokens of the account', hint: MERCHANT_AUTHORIZES },
	43001: { category: 'invalidRequest', retry: 'no', meaning: 'The API wants GET', hint: CHECK_VALUES },
	43002: { category: 'invalidRequest', retry: 'no', meaning: 'The API wants POST', hint: BASE_URL },
	43003: { category: 'invalidRequest', retry: 'no', meaning: 'The API wants HTTPS', hint: BASE_URL },
	43007: { category: 'authorization', retry: 'no', meaning: 'The Official Account has to authorize first', hint: MERCHANT_AUTHORIZES },
	43015: { category: 'forbidden', retry: 'no', meaning: 'WeChat has to open this function for the account', hint: 'The merchant asks WeChat support, with the rid, to have the function opened.' },
	43016: { category: 'forbidden', retry: 'no', meaning: 'The account is not verified', hint: 'The merchant has the account verified by WeChat (微信认证); then send the item again.' },
	43104: { category: 'authorization', retry: 'no', meaning: 'The appid lacks the permission', hint: SUPPORT },
	44002: { category: 'invalidRequest', retry: 'no', meaning: 'The body of the request did not arrive', hint: BASE_URL },
	44005: { category: 'invalidRequest', retry: 'no', meaning: 'A list is empty', hint: CHECK_VALUES },
	45002: { category: 'invalidRequest', retry: 'no', meaning: 'The body is too large', hint: CHECK_VALUES },
	45009: { category: 'retryable', retry: 'nextDay', meaning: 'The calls of this day to this API are used up', hint: 'Send the item again tomorrow, and let Get Status run less often. If it cannot wait, the provider may clear the quota (clear_quota, 10 times a month).' },
	45011: { category: 'retryable', retry: 'nextMinute', meaning: 'Too many calls in this minute', hint: 'Send the item again after a minute. If it comes often, lower Max Concurrency in the options.' },
	45035: { category: 'authorization', retry: 'no', meaning: 'The IP address is not in the whitelist', hint: WHITELIST },
	45040: { category: 'quota', retry: 'nextMonth', meaning: 'The calls of this month are used up', hint: 'Send the item again next month.' },
	45061: { category: 'retryable', retry: 'backOff', meaning: 'Updates follow each other too fast', hint: 'Send the item again in a few minutes.' },
	45102: { category: 'forbidden', retry: 'no', meaning: 'WeChat has blocked this API for now', hint: 'WeChat does not say for how long: send one item again tomorrow. If this stays, ask WeChat support with the rid.' },
	45103: { category: 'invalidRequest', retry: 'no', meaning: 'WeChat has withdrawn this API', hint: 'Look for a newer version of this package, or tell its maintainers.' },
	45501: { category: 'forbidden', retry: 'no', meaning: "WeChat has blocked this account's calls for now", hint: ACCOUNT_STATE },
	47001: { category: 'invalidRequest', retry: 'no', meaning: 'The body cannot be read, or a field has the wrong type', hint: CHECK_VALUES },
	47002: { category: 'invalidRequest', retry: 'no', meaning: 'The body holds \\uXXXX escapes', hint: `A proxy may have rewritten the body: it has to pass UTF-8 on unchanged. ${CHECK_VALUES}` },
	47003: { category: 'invalidRequest', retry: 'no', meaning: 'A parameter is empty or breaks a rule', hint: `WeChat's text (errmsg) names the parameter. ${CHECK_VALUES}` },
	48001: { category: 'authorization', retry: 'no', meaning: 'The token, the account or its permission sets do not allow this API', hint: 'Use the authorizer_access_token of the Official Account, no other token. If it is that one, its administrator grants permission set 33 (小程序关联管理) with the authorization link, or this type of account lacks the API.' },
	48004: { category: 'forbidden', retry: 'no', meaning: 'WeChat has banned this API for the account because of violations', hint: ACCOUNT_STATE },
	48006: { category: 'quota', retry: 'nextMonth', meaning: 'The 10 quota clearings of this month are used up', hint: "Wait for the next day's calls; the quota can be cleared again next month." },
	48012: { category: 'authorization', retry: 'renewToken', meaning: 'The token is invalid', hint: FRESH_TOKEN },
	50001: { category: 'authorization', retry: 'no', meaning: 'The account has not authorized this API', hint: KEEP_SET_33 },
	50002: { category: 'forbidden', retry: 'no', meaning: 'The account is limited, frozen or cancelled', hint: ACCOUNT_STATE },
	50003: { category: 'authorization', retry: 'no', meaning: 'The user is not on a list of allowed users', hint: SUPPORT },
	50004: { category: 'forbidden', retry: 'no', meaning: 'The account may not use tokens, perhaps as a penalty', hint: ACCOUNT_STATE },

	61000: { category: 'invalidRequest', retry: 'no', meaning: 'Wrong type of third-party platform', hint: PLATFORM_KEYS },
	61001: { category: 'invalidRequest', retry: 'no', meaning: "The type and the AppID of the third-party platform don't match", hint: PLATFORM_KEYS },
	61003: { category: 'authorization', retry: 'no', meaning: 'The account has not authorized this platform, or has withdrawn it', hint: "Check the Official Account's appid. If the platform still lists the account, try once more after 2 hours (developers saw that help); else its administrator opens the authorization link and authorizes again." },
	61004: { category: 'authorization', retry: 'no', meaning: "The IP address is not in the platform's IP whitelist", hint: "The provider adds the IP address after requestIP in WeChat's text in the WeChat Open Platform console, third-party platform, IP whitelist. If n8n's address changes, send its calls through a proxy with a fixed one." },
	61005: { category: 'authorization', retry: 'no', meaning: "The platform's verify ticket is older than 12 hours", hint: NEXT_TICKET },
	61006: { category: 'authorization', retry: 'no', meaning: "The platform's verify ticket is wrong or of another platform", hint: KEYS_OR_TICKET },
	61007: { category: 'authorization', retry: 'no', meaning: 'The merchant has not granted permission set 33 to the platform', hint: `${KEEP_SET_33} If the platform lacks the set, the provider adds it first.` },
	61008: { category: 'invalidRequest', retry: 'no', meaning: 'A request key is repeated', hint: CHECK_VALUES },
	61009: { category: 'authorization', retry: 'no', meaning: 'The authorization code is wrong', hint: NEW_CODE },
	61010: { category: 'authorization', retry: 'no', meaning: 'The authorization code has expired or was used before', hint: NEW_CODE },
	61011: { category: 'authorization', retry: 'no', meaning: 'The AppID is not that of a third-party platform, or the ticket is empty', hint: KEYS_OR_TICKET },
	61014: { category: 'authorization', retry: 'no', meaning: "This call wants the platform's own token", hint: 'Choose the WeChat Open Platform API credential for this operation. If it is chosen, report the code and the rid to the maintainers of this package.' },
	61015: { category: 'authorization', retry: 'no', meaning: "This call wants the Official Account's token, not the platform's", hint: OA_TOKEN },
	61016: { category: 'authorization', retry: 'no', meaning: 'The platform has to confirm this permission set first', hint: 'The provider confirms the set; if it is not clear where, WeChat support can tell with the rid.' },
	61017: { category: 'authorization', retry: 'no', meaning: 'The permission set is not authorized', hint: KEEP_SET_33 },
	61018: { category: 'unknown', retry: 'no', meaning: 'The permission set is confirmed already', hint: 'Nothing is left to confirm: send the item again once. If this stays, ask WeChat support with the rid.' },
	61019: { category: 'unknown', retry: 'no', meaning: 'The permission set needs no confirmation', hint: 'Nothing is left to confirm: send the item again once. If this stays, ask WeChat support with the rid.' },
	61020: { category: 'invalidRequest', retry: 'no', meaning: 'A parameter is wrong', hint: CHECK_VALUES },
	61021: { category: 'forbidden', retry: 'no', meaning: 'Confirmation is not possible', hint: SUPPORT },
	61022: { category: 'forbidden', retry: 'no', meaning: 'It cannot be submitted again', hint: SUPPORT },
	61023: { category: 'authorization', retry: 'no', meaning: 'The refresh token is wrong, empty or replaced by a later authorization', hint: 'Send the item again once, so that the refresh token is read anew. If this stays, the Official Account administrator of the merchant opens the authorization link and authorizes the platform again.' },
	61024: { category: 'invalidRequest', retry: 'no', meaning: "The platform's AppID was used where an account's belongs", hint: "Compare the appids: the platform's belongs in the WeChat Open Platform API credential, the Official Account's in its own field." },
	61028: { category: 'forbidden', retry: 'no', meaning: 'The third-party platform is not published', hint: `${PUBLISH} Until then only accounts on its test list, by original ID, can authorize it.` },
	61029: { category: 'forbidden', retry: 'no', meaning: 'The third-party platform has to be published again with a base category', hint: PUBLISH },

	76001: { category: 'invalidRequest', retry: 'no', meaning: 'No such rid, or it is older than 7 days', hint: 'Take the rid of a newer call; WeChat keeps each for 7 days.' },
	76002: { category: 'invalidRequest', retry: 'no', meaning: 'The rid is empty or malformed', hint: 'Copy the whole rid: three groups of 8 characters with hyphens.' },
	76003: { category: 'authorization', retry: 'no', meaning: 'This token may not look up this rid or API path', hint: 'Use a token of the account that made the call; give an API path without its host.' },
	76021: { category: 'invalidRequest', retry: 'no', meaning: 'Unknown API path', hint: 'Give the path with a leading slash and no host, such as /cgi-bin/wxopen/wxamplink.' },
	76022: { category: 'invalidRequest', retry: 'no', meaning: 'The quota of this API path cannot be looked up', hint: 'WeChat does not show the quota of this path; choose another one.' },

	85015: { category: 'invalidRequest', retry: 'no', meaning: 'The account is not a Mini Program', hint: "Copy the appid from the Mini Program's console; that of an Official Account does not do." },

	89007: { category: 'quota', retry: 'nextMonth', meaning: 'The new links of this month are used up', hint: 'Send the item again next month. Developers quote 13 new links a month for an Official Account; the number may have changed.' },
	89008: { category: 'forbidden', retry: 'no', meaning: 'Overseas Mini Programs cannot be linked', hint: 'This Mini Program cannot be linked: take the item out of the list, or ask the merchant for a Mini Program that is not an overseas one.' },
	89009: { category: 'quota', retry: 'no', meaning: 'The Official Account has the maximum number of links', hint: 'Ask the merchant which link to Unlink, and send the item again once that is confirmed. Developers quote 10 Mini Programs of the same company and 3 of others; the numbers may have changed.' },
	89010: { category: 'pending', retry: 'no', meaning: 'The invitation is out already', hint: 'The Official Account administrator and then the Mini Program administrator confirm in WeChat. Remind them and follow it with Get Status; do not send it again.' },
	89011: { category: 'forbidden', retry: 'no', meaning: 'A Mini Program shown in Nearby Mini Programs cannot be unlinked', hint: 'The Mini Program administrator first takes it out of Nearby Mini Programs; then send the unlink again.' },
	89012: { category: 'forbidden', retry: 'no', meaning: 'Store and shop Mini Programs cannot be unlinked', hint: 'This link stays: take the item out of the list. WeChat support can tell the merchant whether there is another way.' },
	89013: { category: 'forbidden', retry: 'no', meaning: 'WeChat has banned the Mini Program', hint: "The Mini Program administrator looks for the reason in the Mini Program's console or asks WeChat support. Send the item again once the ban is lifted." },
	89015: { category: 'success', retry: 'no', meaning: 'The Mini Program is linked already', hint: 'Nothing to do: Get Status shows the link.' },
	89016: { category: 'quota', retry: 'nextMonth', meaning: "This month's links to Mini Programs of the same company are used up", hint: 'Send the item again next month. Links to Mini Programs of other companies have a limit of their own.' },
	89017: { category: 'quota', retry: 'nextMonth', meaning: "This month's links to Mini Programs of other companies are used up", hint: 'Send the item again next month. Links to Mini Programs of the same company have a limit of their own.' },
	89018: { category: 'pending', retry: 'no', meaning: 'The request to unlink is out already', hint: 'The Official Account administrator confirms in WeChat. Remind them and follow it with Get Status; the link probably shows as linked until then.' },
	89035: { category: 'pending', retry: 'no', meaning: "A link begun in the account's console waits for the Mini Program administrator", hint: 'The Mini Program administrator confirms in WeChat. Remind them and follow it with Get Status; it cannot be sent again from here.' },
	89245: { category: 'forbidden', retry: 'no', meaning: "The Mini Program's settings do not let Official Accounts link it", hint: "The Mini Program administrator opens the Mini Program's console, settings, linked Official Accounts, and allows Official Accounts to link it; then send the item again." },
	89407: { category: 'quota', retry: 'no', meaning: 'Too many linked Mini Programs of other companies', hint: 'WeChat does not document this code; developers report it and quote a limit of 3. Ask the merchant which Mini Program of another company to Unlink, then send the item again.' },
};

/** What a code says for one link API where that differs from the row above. */
// prettier-ignore
export const ERRCODES_BY_API: Readonly<
	Record<LinkApi, Readonly<Record<number, Pick<Errcode, 'meaning' | 'hint'>>>>
> = {
	wxamplink: {
		0: { meaning: 'The invitation was sent', hint: 'Not linked yet: the Official Account administrator and then the Mini Program administrator confirm in WeChat. Follow it with Get Status.' },
	},
	wxamplinkget: {
		0: { meaning: 'The list of links was read', hint: '' },
	},
	wxampunlink: {
		0: { meaning: 'The request to unlink was sent', hint: 'Not unlinked yet: the Official Account administrator confirms in WeChat. Follow it with Get Status.' },
	},
};
