import type { Action } from './page.cts';
import type { Materials } from '../platform/platformTypes.cts';
import { limitNames, materials } from './platformPage.cts';

function textOf(fields: URLSearchParams, name: string): string | null {
	return fields.get(name)?.trim() || null;
}

/** Entries of a list, however they are separated. */
function entriesOf(fields: URLSearchParams, name: string): string[] {
	return (textOf(fields, name) ?? '').split(/[\s;；,，]+/).filter(Boolean);
}

/** Pushes need token and key, and the console requires a URL for messages besides the one for events. */
function isNeeded(name: keyof Materials, fields: URLSearchParams): boolean {
	if (name === 'messageUrl') return textOf(fields, 'eventUrl') !== null;
	return name === 'messageToken' || name === 'encodingAesKey';
}

const accountOf = (fields: URLSearchParams): string => fields.get('account') ?? '';

/** What the provider does in its console, and what WeChat does to accounts of the platform. */
export const platformActions: Readonly<Record<string, Action>> = {
	saveTestCopy: {
		run: (controls, appId, fields) => {
			const changes = materials.map(([name, , chinese]) => {
				const text = textOf(fields, name);
				if (text === null && isNeeded(name, fields)) throw new Error(`${chinese} is required`);
				return [name, text] as const;
			});
			return controls.changeTestCopy(Object.fromEntries(changes), appId);
		},
		done: 'The test copy is saved. It acts for the accounts of the test list until you publish it.',
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
		done: 'A ticket was pushed; its answer is in the list of pushes.',
	},
	check: {
		run: (controls, appId) => controls.checkPublication(appId),
		done: 'The publication check ran.',
	},
	publish: {
		run: async (controls, appId) => ((await controls.publish(appId)) ? true : null),
		done: 'The platform is published network-wide: the test copy acts for all accounts.',
		unchanged: 'Not published: the check did not pass.',
	},
	repeat: {
		run: (controls, _appId, fields) => controls.repeatPush(Number(fields.get('sequence'))),
		done: 'The same bytes were pushed again.',
	},
	setIpWhitelist: {
		run: (controls, appId, fields) => {
			const addresses = entriesOf(fields, 'ipWhitelist');
			return controls.changePlatform(
				{ ipWhitelist: addresses.length > 0 ? addresses : null },
				appId,
			);
		},
		done: 'The IP whitelist is saved and applies at once.',
	},
	setTestAccounts: {
		run: (controls, appId, fields) =>
			controls.changePlatform({ testAccounts: entriesOf(fields, 'testAccounts') }, appId),
		done: 'The test accounts are saved and apply at once.',
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
		done: 'The account is frozen; calls for it give 61003, and nothing is pushed.',
	},
	ban: {
		run: (controls, _appId, fields) => controls.setAccountStatus(accountOf(fields), 'banned'),
		done: 'The account is banned; calls for it give 61003, and nothing is pushed.',
	},
	cancel: {
		run: (controls, _appId, fields) => controls.setAccountStatus(accountOf(fields), 'cancelled'),
		done: 'The account is cancelled; calls for it give 61003, and nothing is pushed.',
	},
	unfreeze: {
		run: (controls, _appId, fields) => controls.setAccountStatus(accountOf(fields), 'authorized'),
		done: 'The account works again.',
	},
};
