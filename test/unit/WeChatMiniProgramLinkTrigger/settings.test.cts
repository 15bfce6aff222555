import type { IPollFunctions } from 'n8n-workflow';

import {
	obstacleOfSelection,
	readSettings,
} from '../../../nodes/WeChatMiniProgramLinkTrigger/settings';

const A = 'wx00000000000000a1';
const B = 'wx00000000000000a2';

const settingsOf = (given: Record<string, unknown>) =>
	readSettings({
		getNodeParameter: (name: string, otherwise: unknown) => given[name] ?? otherwise,
	} as unknown as IPollFunctions);
const selectionOf = (officialAccounts: unknown) =>
	settingsOf({ authentication: 'openPlatform', watch: 'selected', officialAccounts }).selected;

it('Settings that are not given have their defaults', () => {
	expect(settingsOf({})).toEqual({
		isPlatform: false,
		selected: undefined,
		triggerOn: new Set(),
		waitingDays: 3,
		maxConcurrency: 10,
		quietInterval: 60,
		language: 'en',
		isLanguageChosen: false,
	});
});

it('Settings are taken as given', () => {
	expect(
		settingsOf({
			authentication: 'openPlatform',
			watch: 'selected',
			officialAccounts: [A, B],
			triggerOn: ['linked', 'removed'],
			waitingDays: 7,
			options: { maxConcurrency: 1, quietInterval: 0, hintLanguage: 'zh-CN' },
		}),
	).toEqual({
		isPlatform: true,
		selected: { appIds: [A, B], others: [] },
		triggerOn: new Set(['linked', 'removed']),
		waitingDays: 7,
		maxConcurrency: 1,
		quietInterval: 0,
		language: 'zh-CN',
		isLanguageChosen: true,
	});
});

it.each<[unknown, string[], string[]]>([
	[`${A},${B}`, [A, B], []],
	[`${A}，${B}`, [A, B], []],
	[`${A}、${B}`, [A, B], []],
	[`${A}\n${B.toUpperCase()}\n`, [A, B], []],
	[` ${A.toUpperCase()}\r\n,${B} ,，`, [A, B], []],
	[[`${A}，${B}`, ` ${A} `], [A, B], []],
	['', [], []],
	[null, [], []],
	[[null, '', undefined], [], []],
	[[1, 'tea', A], [A], ['1', 'tea']],
])(
	'The selection %j names the accounts %j and contains the other entries %j',
	(given, appIds, others) => {
		expect(selectionOf(given)).toEqual({ appIds, others });
	},
);

it('Nothing is selected if the trigger watches all accounts or has the token of one', () => {
	const given = { watch: 'selected', officialAccounts: [A] };
	expect(settingsOf({ authentication: 'openPlatform' }).selected).toBeUndefined();
	expect(settingsOf({ ...given, authentication: 'authorizerToken' }).selected).toBeUndefined();
	expect(
		settingsOf({ ...given, authentication: 'openPlatform', watch: 'all' }).selected,
	).toBeUndefined();
});

it.each<[unknown, number, number, number]>([
	[0, 3, 10, 0],
	['2', 2, 2, 2],
	[1.9, 1, 1, 1],
	[-1, 3, 10, 60],
	['soon', 3, 10, 60],
	[NaN, 3, 10, 60],
])(
	'The number %p means %i waiting days, %i calls at a time and %i quiet minutes',
	(given, ...is) => {
		const { waitingDays, maxConcurrency, quietInterval } = settingsOf({
			waitingDays: given,
			options: { maxConcurrency: given, quietInterval: given },
		});
		expect([waitingDays, maxConcurrency, quietInterval]).toEqual(is);
	},
);

it('A long entry that is not an appid is quoted without cutting a character in two', () => {
	const selection = selectionOf(`${'x'.repeat(39)}😀😀`);
	const { problem = '' } = (selection && obstacleOfSelection(selection)) ?? {};
	expect(problem).toContain(`"${'x'.repeat(39)}😀"`);
});
