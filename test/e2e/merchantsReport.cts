import type { IDataObject } from 'n8n-workflow';

import type { Row } from '../n8n/merchantSet.cts';
import { daysAgo, itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { LINK, mp } from './workflows.cts';

const HOSTILE = `<img src=x onerror=alert(1)> $& {{ $json.total }} "quoted"`;

/** The page with the week's figures. */
export function testReport(merchants: Merchants): void {
	const rows = (account: string): Row[] =>
		[
			...Array.from({ length: 4 }, () => ({ state: 'linked', stateSince: daysAgo(40) })),
			{ state: 'pendingOfficialAccountAdmin', stateSince: daysAgo(9.5) },
			{ merchant: HOSTILE, state: 'failed', stateSince: daysAgo(20.5), whoActs: 'provider' },
			{ state: null },
			{ state: 'somethingElse', stateSince: daysAgo(1.5) },
		].map((row, n) => ({
			merchant: `merchant ${n}`,
			officialAccountAppId: account,
			miniProgramAppId: mp(n),
			...row,
		}));
	const figuresOf = async () => {
		const execution = await merchants.run('weeklyReport');
		const [figures] = itemsOf(execution, 'Figures');
		const { html } = itemsOf(execution, 'Page')[0] as { html: string };
		const { binary } = execution.nodes['Send the page'].outputs[0][0];
		return { figures, html, file: binary?.data };
	};

	it('counts by state, and names who has waited longest', async () => {
		const [account] = await merchants.world.controls.addAccounts(1, { prefix: 'ab' });
		await merchants.table.fill(rows(account));
		const { figures, html, file } = await figuresOf();
		const bars = figures.bars as IDataObject[];
		const counts = Object.fromEntries(bars.map(({ state, count }) => [state, count]));
		expect(counts).toMatchObject({
			linked: 4,
			pendingOfficialAccountAdmin: 1,
			failed: 1,
			new: 1,
			somethingElse: 1,
			refused: 0,
		});
		expect(figures.total).toBe(8);
		const waiting = figures.waiting as IDataObject[];
		expect(waiting.map(({ days }) => days)).toEqual([20, 9, 1]);
		expect(html).toContain('待公众号管理员同意 Waits for Official Account admin');
		expect(file?.fileName).toMatch(/^weekly-report-\d{4}-\d\d-\d\d\.html$/);
	});

	it('shows the names of merchants as text, whatever they are', async () => {
		const { html } = await figuresOf();
		expect(html).not.toContain('<img');
		expect(html).not.toMatch(/<script|https?:|\{\{/);
		const shown = html.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
		expect(shown).toContain(HOSTILE);
	});

	it('shows how much of the quota each account has used, and goes on where WeChat does not tell', async () => {
		const { controls } = merchants.world;
		const [most, less, closed] = await controls.addAccounts(3, { prefix: 'ae' });
		await controls.setApiLimit(LINK, { callsPerDay: 50 });
		await controls.setAccountStatus(closed, 'withdrawn');
		const row = (account: string, n: number): Row => ({
			merchant: `merchant ${n}`,
			officialAccountAppId: account,
			miniProgramAppId: mp(n),
			state: 'new',
		});
		await merchants.table.fill([row(less, 1), row(closed, 2), row(most, 3), row(most, 4)]);
		await merchants.run('everyMorning');
		const { figures, html } = await figuresOf();
		expect(figures.quotas).toEqual([
			{ account: most, used: 2, dailyLimit: 50, percent: 4 },
			{ account: less, used: 1, dailyLimit: 50, percent: 2 },
		]);
		expect(html).toContain(String(figures.quotaNote));
		expect(figures.quotaNote).toContain('authorization link');
	});

	it('is made of an empty table as well', async () => {
		await merchants.table.fill([]);
		const { figures, html } = await figuresOf();
		expect(figures).toMatchObject({ total: 0, linked: 0, waiting: [] });
		expect(html).toContain('没有 None');
	});
}
