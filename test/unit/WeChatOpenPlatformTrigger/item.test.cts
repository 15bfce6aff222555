import type { IWebhookFunctions } from 'n8n-workflow';

import { toItem, withoutCode } from '../../../nodes/WeChatOpenPlatformTrigger/item';
import type { PlatformTokens } from '../../../nodes/tokens/platformTokens';
import { invitationIdOf, readFields, type Push } from '../../../nodes/wechat/pushEvent';

const APP_ID = 'wx00000000000000a1';

const pushOf = (fields: Push['fields'], InfoType = 'authorized') =>
	readFields({ InfoType, CreateTime: '1635156704', ...fields }, false);

/** The item of a push to a trigger that starts a workflow for it. */
function itemOf(push: Push, includeAuthorizationCode = false) {
	const parameters: Record<string, unknown> = {
		triggerOn: ['authorized', 'other'],
		'additionalFields.includeAuthorizationCode': includeAuthorizationCode,
	};
	const context = {
		getNodeParameter: (name: string, otherwise: unknown) => parameters[name] ?? otherwise,
	} as unknown as IWebhookFunctions;
	return toItem(context, { kept: { origin: 'o' } } as PlatformTokens, push) ?? {};
}

describe('The item of a push', () => {
	const FIELDS = {
		AuthorizerAppid: APP_ID,
		AuthorizationCode: 'code_canary',
		PreAuthCode: 'pre_canary',
	};

	it('The item of a push says what happened to which account, and contains no secret', () => {
		const push = pushOf(FIELDS);
		const item = itemOf(push, false);
		expect(Object.entries(item)).toEqual([
			['event', 'authorized'],
			['eventId', push.eventId],
			['invitationId', invitationIdOf('pre_canary')],
			['infoType', 'authorized'],
			['officialAccountAppId', APP_ID],
			['officialAccountName', null],
			['accountKind', null],
			['createdAt', '2021-10-25T10:11:44.000Z'],
		]);
		expect(JSON.stringify(item)).not.toContain('canary');
	});

	it('The item of a push has null for what the push does not say', () => {
		expect(itemOf(pushOf({ CreateTime: '0' }), true)).toMatchObject({
			invitationId: null,
			officialAccountAppId: null,
			createdAt: null,
			authorizationCode: null,
		});
	});

	it('The item of a push contains the authorization code only if the operator asks for it', () => {
		expect(itemOf(pushOf(FIELDS), true).authorizationCode).toBe('code_canary');
		expect(itemOf(pushOf(FIELDS), false)).not.toHaveProperty('authorizationCode');
	});

	it('The item of a push of an unknown kind contains the fields of the push, except secrets', () => {
		const push = pushOf({ SomeTicket: 'ticket_canary', A: { B: '1' } }, 'new');
		const fields = { InfoType: 'new', CreateTime: '1635156704', A: { B: '1' } };
		expect(itemOf(push, false).fields).toEqual(fields);
		expect(itemOf(pushOf(FIELDS), false)).not.toHaveProperty('fields');
	});

	it.each([
		['authorized', /^WeChat sent no authorization code/],
		['updateauthorized', /^WeChat sent no authorization code/],
		['unauthorized', /^The merchant has withdrawn the authorization.*Create Authorization URL/],
		['ticket', /^The ticket is kept/],
		['other', /^This package does nothing with such a push/],
	] as const)('An item %s without a code has a hint in both languages', (event, english) => {
		expect(withoutCode({ event }, 'en').hint).toMatch(english);
		expect(withoutCode({ event }, 'zh-CN').hint).toMatch(/\p{Script=Han}.*。$/u);
	});
});
