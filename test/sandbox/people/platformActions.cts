import type { Action } from './page.cts';
import { limitNames } from './platformPage.cts';

function textOf(fields: URLSearchParams, name: string): string | null {
	return fields.get(name)?.trim() || null;
}

const accountOf = (fields: URLSearchParams): string => fields.get('account') ?? '';

/** What the provider does in its console, and what WeChat does to accounts of the platform. */
export const platformActions: Readonly<Record<string, Action>> = {
	setEventUrl: {
		run: (controls, appId, fields) => controls.setEventUrl(textOf(fields, 'eventUrl'), appId),
		done: 'The push URL is saved.',
	},
	startTickets: {
		run: (controls, appId) => controls.changePlatform({ pushingStopped: false }, appId),
		done: 'Tickets are pushed again.',
	},
	stopTickets: {
		run: (controls, appId) => controls.changePlatform({ pushingStopped: true }, appId),
		done: 'No tickets are pushed until you or api_start_push_ticket start it.',
	},
	pushTicket: {
		run: (controls, appId) => controls.pushTicket(undefined, appId),
		done: 'A ticket was pushed; its answer is in the list of what was pushed.',
	},
	check: {
		run: (controls, appId) => controls.checkPublication(appId),
		done: 'The publication check ran.',
	},
	repeat: {
		run: (controls, _appId, fields) => controls.repeatPush(Number(fields.get('sequence'))),
		done: 'The same bytes were pushed again.',
	},
	setIpWhitelist: {
		run: (controls, appId, fields) => {
			const lines = (textOf(fields, 'ipWhitelist') ?? '').split(/\s+/).filter(Boolean);
			return controls.changePlatform({ ipWhitelist: lines.length > 0 ? lines : null }, appId);
		},
		done: 'The IP whitelist is saved.',
	},
	setDomain: {
		run: (controls, appId, fields) =>
			controls.changePlatform({ redirectDomain: textOf(fields, 'redirectDomain') }, appId),
		done: 'The domain is saved.',
	},
	setPermissionSets: {
		run: (controls, appId, fields) => {
			const ids = (textOf(fields, 'permissionSets') ?? '').split(/[\s,，]+/).filter(Boolean);
			return controls.changePlatform({ permissionSets: ids.map(Number) }, appId);
		},
		done: 'The permission sets are saved. Accounts keep what they granted.',
	},
	setLimits: {
		run: (controls, _appId, fields) => {
			const entries = limitNames.map((name) => {
				const text = textOf(fields, name);
				return [name, text === null ? null : Number(text)];
			});
			return controls.setLimits(Object.fromEntries(entries));
		},
		done: 'The quotas are saved.',
	},
	freeze: {
		run: (controls, _appId, fields) => controls.setAccountStatus(accountOf(fields), 'frozen'),
		done: 'The account is frozen; calls for it give 50002.',
	},
	unfreeze: {
		run: (controls, _appId, fields) => controls.setAccountStatus(accountOf(fields), 'authorized'),
		done: 'The account works again.',
	},
};
