import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

import { MerchantTable } from '../n8n/merchantSet.cts';
import type { Row } from '../n8n/merchantSet.cts';
import { projectDirectory } from '../n8n/paths.cts';
import { formatTable } from '../n8n/table.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { itemsOf, useMerchants } from './merchantsWorld.cts';
import { NO_SANDBOX } from './welcomeWorld.cts';
import { ghOf, LIST, mp } from './workflows.cts';

const DAY_MS = 86_400_000;
const TIMEOUT_MS = 60_000;
const TABLE_WIDTH = 150;
const MINT = '/cgi-bin/component/api_authorizer_token';
const TRIGGER = 'When a link changes';
const LINKS = 'wx00000000000000e0';
const REASONS = ['notAuthorized', 'frozen', 'banned', 'cancelled', 'noPermissionSet', 'other'];
const accountOf = (reason: string) => `wx00000000000000e${REASONS.indexOf(reason) + 1}`;

/**
 * Settings that start n8n four days later: an invitation has then waited too long, and the platform's ticket is
 * overdue.
 */
const FOUR_DAYS_LATER = {
	...NO_SANDBOX,
	NODE_OPTIONS: `--require=${JSON.stringify(join(projectDirectory, 'test/n8n/later.cjs'))}`,
	LATER_BY_MS: String(4 * DAY_MS),
};

const merchants = useMerchants();
const { world } = merchants;
const followed = () => merchants.workflow('followed').id;

/** Everything that the trigger has returned, in the order of its executions. */
async function given(): Promise<IDataObject[]> {
	const ids = await world.running.executionIds(followed());
	const sorted = ids.sort((a, b) => Number(a) - Number(b));
	const executions = await Promise.all(
		sorted.map(async (id) => await world.running.waitForExecution(id)),
	);
	for (const { error } of executions) expect(error).toBeFalsy();
	return executions.flatMap((execution) => itemsOf(execution, TRIGGER));
}

async function untilGiven(event: string): Promise<void> {
	const isGiven = async () => ((await given()).some((item) => item.event === event) ? true : null);
	await waitFor(isGiven, { what: event, timeoutMs: TIMEOUT_MS });
	await world.running.untilIdle(followed());
}

const rowOf = (merchant: string, account: string, n: number, state: string): Row => ({
	merchant,
	officialAccountAppId: account,
	miniProgramAppId: mp(n),
	username: ghOf(n),
	state,
});

/** Gives an account a status that WeChat does not document, and has WeChat refuse its calls. */
async function becomeUnknown(account: string): Promise<void> {
	await world.controls.addAccount({ appId: account, accountStatus: 99 });
	for (const path of [LIST, MINT]) {
		await world.controls.answerWith({ path, account }, { errcode: 61003 });
	}
}

const told: string[] = [];
let rows: Record<string, Row>;

beforeAll(async () => {
	const { controls, running } = world;
	const before: Array<[n: number, status: number | 'none']> = [
		[10, 'none'],
		[11, 12],
		[12, 2],
		[13, 2],
		[14, 1],
		[15, 1],
		[16, 12],
	];
	for (const appId of [LINKS, ...REASONS.map(accountOf)]) await controls.addAccount({ appId });
	for (const [n, status] of before) await controls.setRelation(LINKS, mp(n), status);
	for (const [n, reason] of REASONS.entries()) {
		await controls.setRelation(accountOf(reason), mp(n), 12);
	}
	await merchants.table.fill([
		...REASONS.map((reason, n) => rowOf(reason, accountOf(reason), n, 'invitationSent')),
		{ ...rowOf('not tried yet', accountOf('frozen'), 20, 'new') },
		rowOf('invited', LINKS, 10, 'invitationSent'),
		rowOf('officialAccountAdminAgreed', LINKS, 11, 'invitationSent'),
		rowOf('linked', LINKS, 12, 'pendingMiniProgramAdmin'),
		rowOf('refused', LINKS, 13, 'pendingMiniProgramAdmin'),
		rowOf('removed', LINKS, 14, 'linked'),
		rowOf('unknownStatus', LINKS, 15, 'linked'),
		rowOf('waiting', LINKS, 16, 'invitationSent'),
	]);
	await merchants.publish('send', 'followed');
	await merchants.untilCalled(LIST, 7);
	await running.untilIdle(followed());
	await running.deactivateWorkflow(followed());

	await controls.setRelation(LINKS, mp(10), 12);
	await controls.officialAccountAdminAgrees(LINKS, mp(11));
	await controls.miniProgramAdminAgrees(LINKS, mp(12));
	await controls.miniProgramAdminRefuses(LINKS, mp(13));
	await controls.setRelation(LINKS, mp(14), 'none');
	await controls.setRelation(LINKS, mp(15), 4);
	await controls.setAccountStatus(accountOf('notAuthorized'), 'withdrawn');
	await controls.setAccountStatus(accountOf('frozen'), 'frozen');
	await controls.setAccountStatus(accountOf('banned'), 'banned');
	await controls.setAccountStatus(accountOf('cancelled'), 'cancelled');
	await controls.grant(accountOf('noPermissionSet'), [1]);
	await becomeUnknown(accountOf('other'));
	await running.activateWorkflow(followed());
	await untilGiven('accountUnavailable');

	await world.restartWith(FOUR_DAYS_LATER);
	await untilGiven('ticketOverdue');
	told.push(...merchants.robots.take());
	rows = await (await MerchantTable.open(world.running.rest)).rows();
	const cells = Object.values(rows).map(({ merchant, state, whoActs, hint }) =>
		[merchant, state, whoActs, hint].map((cell) => cell ?? ''),
	);
	const header = ['merchant', 'state', 'whoActs', 'hint'];
	process.stdout.write(`\n${formatTable(header, cells, TABLE_WIDTH)}\n`);
});

it('The link trigger returns each event, and each reason once', async () => {
	const items = await given();
	const events = items.map(({ event, reason }) => [event, reason ?? ''].join(' ').trim());
	const once = [
		...REASONS.map((reason) => `accountUnavailable ${reason}`),
		...['linked', 'refused', 'removed', 'unknownStatus', 'ticketOverdue'],
	];
	for (const event of once) {
		expect([event, events.filter((one) => one === event).length]).toEqual([event, 1]);
	}
	const others = ['invited', 'officialAccountAdminAgreed', 'waiting'];
	expect([...new Set(events)].sort()).toEqual([...once, ...others].sort());
	for (const { event, hint } of items)
		expect([event, hint]).toEqual([event, expect.stringMatching(/\w/)]);
});

it.each([
	['notAuthorized', 'withdrawn', 'officialAccountAdmin', /authorizes again/],
	['frozen', 'invitationSent', 'officialAccountAdmin', /unfreezes it/],
	['banned', 'invitationSent', 'officialAccountAdmin', /appeals/],
	['cancelled', 'invitationSent', 'operator', /no longer exists/],
	['noPermissionSet', 'permissionSet33Missing', 'officialAccountAdmin', /permission set 33/],
	['other', 'invitationSent', 'operator', /account_status \(99\)/],
])(
	'The workflow "followed" updates the row of an account that WeChat refuses: %s',
	(reason, state, whoActs, hint) => {
		expect(rows[reason]).toMatchObject({
			state,
			whoActs,
			hint: expect.stringMatching(hint),
		});
	},
);

it('The workflow "followed" does not change a row whose invitation was never sent', () => {
	expect(rows['not tried yet']).toMatchObject({
		state: 'new',
		whoActs: null,
		hint: null,
	});
});

it.each([
	[accountOf('notAuthorized'), 'no longer authorizes you'],
	[accountOf('frozen'), 'is frozen'],
	[accountOf('banned'), 'has banned'],
	[accountOf('cancelled'), 'was cancelled'],
	[accountOf('noPermissionSet'), '小程序关联管理'],
	[accountOf('other'), 'cannot be read at the moment'],
	['Third-party platform: ', 'no ticket for over an hour'],
])('The team gets one message about %s', (about, words) => {
	expect(told.filter((text) => text.includes(about) && text.includes(words))).toHaveLength(1);
});
