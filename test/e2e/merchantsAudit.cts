import type { Row } from '../n8n/merchantSet.cts';
import type { Execution } from '../n8n/n8n.cts';
import { itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { LIST, mp } from './workflows.cts';

const ACCOUNTS = 1000;
const LINKS_EACH = 3;
const ACCOUNT_LIST = '/cgi-bin/component/api_get_authorizer_list';
const DETAILS = '/cgi-bin/component/api_get_authorizer_info';
const TIMEOUT_MS = 600_000;

/** A line of the report in short: the finding, the account, the Mini Program, and whether the table is right. */
const line = (finding: string, account = '', miniProgram = '', tableIsRight = ''): string =>
	[finding, account, miniProgram, tableIsRight].join(' ').trim();

const linesOf = (execution: Execution): string[] =>
	itemsOf(execution, 'Differences')
		.map((found) =>
			line(
				String(found.finding),
				String(found.officialAccountAppId),
				String(found.miniProgramAppId),
				String(found.tableIsRight),
			),
		)
		.sort();

/** Compares all accounts with the table. Runs first, while there are no other accounts. */
export function testAudit(merchants: Merchants): void {
	const { world } = merchants;
	let accounts: string[];
	let all: Row[];

	const row = (account: number, miniProgram: number, more: Row = {}): Row => ({
		merchant: `merchant ${miniProgram}`,
		officialAccountAppId: accounts[account],
		miniProgramAppId: mp(miniProgram),
		state: 'linked',
		...more,
	});

	beforeAll(async () => {
		const { controls } = world;
		accounts = await controls.addAccounts(ACCOUNTS, { prefix: 'ac' });
		all = [];
		for (let account = 0; account < ACCOUNTS; account += 1) {
			for (let n = account * LINKS_EACH; n < (account + 1) * LINKS_EACH; n += 1) {
				await controls.setRelation(accounts[account], mp(n), 1);
				all.push(row(account, n));
			}
		}
	});

	it(
		'The audit finds no difference when the table matches WeChat',
		async () => {
			await merchants.table.fill(all);
			expect(linesOf(await merchants.run('audit', { timeoutMs: TIMEOUT_MS }))).toEqual(['none']);
		},
		TIMEOUT_MS,
	);

	it(
		`The audit finds exactly the differences that were planted among ${ACCOUNTS} accounts`,
		async () => {
			const { controls } = world;
			const expected: string[] = [];
			let rows = [...all];
			const plant = (...args: Parameters<typeof line>) => void expected.push(line(...args));

			for (let n = 0; n < 40; n += 1) {
				await controls.setRelation(accounts[n * 25], mp(9000 + n), 1);
				plant('linkInNoRow', accounts[n * 25], mp(9000 + n));
				await controls.setRelation(accounts[n * 25 + 1], mp((n * 25 + 1) * LINKS_EACH), 'none');
				plant('rowNotLinked', accounts[n * 25 + 1], mp((n * 25 + 1) * LINKS_EACH), 'no');
			}
			await controls.setRelation(accounts[2], mp(9100), 2);
			plant('invitationInNoRow', accounts[2], mp(9100));
			await controls.setRelation(accounts[3], mp(9101), 3);
			await controls.setRelation(accounts[4], mp(9102), 12);
			plant('rowNotLinked', accounts[4], mp(9102), 'yes');
			await controls.setRelation(accounts[5], mp(9103), 1);
			plant('rowIsLinked', accounts[5], mp(9103), 'no');
			plant('accountNotInList', 'wx00000000000000dd', mp(9104));
			plant('rowNotLinked', '', mp(9105), 'yes');
			rows.push(
				row(4, 9102, { state: 'pendingOfficialAccountAdmin' }),
				row(5, 9103, { state: 'invitationSent' }),
				row(0, 9104, { officialAccountAppId: 'wx00000000000000dd' }),
				row(0, 9105, { officialAccountAppId: null, state: 'new' }),
			);

			// An appid with blanks and capitals is still the same link.
			rows = rows.map((one) =>
				one.miniProgramAppId === mp(6 * LINKS_EACH)
					? { ...one, miniProgramAppId: ` ${mp(6 * LINKS_EACH).toUpperCase()} ` }
					: one,
			);

			// WeChat gives no links of these accounts, so their differences stay unknown.
			const withoutSet33 = accounts.slice(902, 912);
			for (const account of withoutSet33) {
				await controls.grant(account, [1]);
				plant('accountWithoutSet33', account);
			}
			const faults = [{ errcode: 45009 }, { htmlStatus: 502 }, { truncate: true }, { drop: true }];
			for (const [n, fault] of faults.entries()) {
				await controls.answerWith({ account: accounts[920 + n], path: LIST }, fault);
				plant('notChecked', accounts[920 + n]);
			}
			await controls.answerWith({ account: accounts[930], path: DETAILS }, { errcode: -1 });
			plant('notChecked', accounts[930]);
			for (const n of [902, 920, 921, 922, 923, 930]) {
				await controls.setRelation(accounts[n], mp(n * LINKS_EACH), 'none');
				await controls.setRelation(accounts[n], mp(9200 + n), 1);
			}
			await controls.addAccounts(3, { prefix: 'acf', kind: 'miniProgram' });

			await merchants.table.fill(rows);
			const before = await controls.calls({ path: LIST });
			const execution = await merchants.run('audit', { timeoutMs: TIMEOUT_MS });
			const calls = (await controls.calls({ path: LIST })).slice(before.length);
			await controls.stopAnswering();

			expect(linesOf(execution)).toEqual(expected.sort());
			const times = new Map<string, number>();
			for (const { account } of calls) {
				times.set(account ?? '', (times.get(account ?? '') ?? 0) + 1);
			}
			const undisturbed = accounts.filter((_, n) => n < 900 || n > 930);
			expect(undisturbed.filter((account) => times.get(account) !== 1)).toStrictEqual([]);
			expect([...times.keys()].filter((account) => !accounts.includes(account))).toStrictEqual([]);
			// A node that has to make a token first sees that the set is missing, and makes no call.
			expect(withoutSet33.filter((account) => (times.get(account) ?? 0) > 1)).toStrictEqual([]);

			const [{ binary }] = execution.nodes['Send the report'].outputs[0];
			expect(binary?.data.fileName).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
			expect(binary?.data.mimeType).toBe('text/csv; charset=utf-8');
			const csv = await world.running.readFile(binary?.data.id ?? '');
			expect(csv.trim().split('\n')).toHaveLength(expected.length + 1);
			expect(csv).toContain('微信中已关联，表中没有');
		},
		TIMEOUT_MS,
	);

	it('The audit says nothing about links when WeChat does not list the accounts', async () => {
		await world.controls.answerWith({ path: ACCOUNT_LIST }, { errcode: 61004 });
		const execution = await merchants.run('audit');
		await world.controls.stopAnswering();
		expect(linesOf(execution)).toEqual(['notChecked']);
		expect(itemsOf(execution, 'Differences')[0].detail).toContain('IP whitelist');
	});

	it('The report of the audit has names beside appids, and shows a formula as text', async () => {
		const account = accounts[999];
		const named = { officialAccountName: '艾达茶馆', miniProgramName: '艾达点单' };
		await merchants.table.fill([
			row(0, 9106, { officialAccountAppId: 'wx00000000000000dd', ...named }),
			row(999, 9107, { miniProgramName: '不在微信' }),
		]);
		await world.controls.addMiniProgram({ appId: mp(9999), nickname: '=HYPERLINK("x")' });
		await world.controls.setRelation(account, mp(9999), 1);
		await world.controls.answerWith({ path: LIST, account: accounts[0] }, { errcode: -1 });
		const execution = await merchants.run('audit', { timeoutMs: TIMEOUT_MS });
		await world.controls.stopAnswering();
		const found = itemsOf(execution, 'Differences');
		expect(found.find(({ miniProgramAppId }) => miniProgramAppId === mp(9999))).toMatchObject({
			finding: 'linkInNoRow',
			miniProgram: `'=HYPERLINK("x")`,
		});
		expect(found.find(({ finding }) => finding === 'accountNotInList')).toMatchObject({
			officialAccountAppId: 'wx00000000000000dd',
			account: '艾达茶馆',
			miniProgram: '艾达点单',
		});
		expect(found.find(({ miniProgramAppId }) => miniProgramAppId === mp(9107))).toMatchObject({
			finding: 'rowNotLinked',
			miniProgram: '不在微信',
		});

		// A spreadsheet needs the byte order mark to read Chinese, and quotes around commas and quotes.
		const bytes = Buffer.from(String(itemsOf(execution, 'CSV')[0].base64), 'base64');
		expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
		expect(bytes.toString()).toContain(`,"'=HYPERLINK(""x"")",`);
	});
}
