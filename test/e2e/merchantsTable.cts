import { MerchantTable } from '../n8n/merchantSet.cts';
import type { Row } from '../n8n/merchantSet.cts';
import { itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import { LINK, LIST, mp } from './workflows.cts';

const NEW = ['contact', 'language', 'officialAccountName', 'miniProgramName'] as const;

/** A Data Table from before these columns existed. Runs last, because it creates a new table. */
export function testTable(merchants: Merchants): void {
	const { world } = merchants;
	let old: MerchantTable;
	let row: Row;

	const errorOf = async (name: string, trigger?: string): Promise<string> => {
		try {
			await merchants.run(name, { trigger });
			return '';
		} catch (error) {
			return String(error);
		}
	};

	beforeAll(async () => {
		const [account] = await world.controls.addAccounts(1, { prefix: 'ad' });
		row = {
			merchant: 'Lotus',
			officialAccountAppId: account,
			miniProgramAppId: mp(1),
			state: 'new',
		};
		await MerchantTable.remove(world.running.rest);
		old = await MerchantTable.create(world.running.rest, NEW);
		await old.fill([row]);
	});

	it.each([
		['table', undefined],
		['refresh', 'Start by hand'],
		['everyMorning', undefined],
		['reminders', undefined],
	])(
		'The workflow "%s" says which columns are missing and how to add them, and changes nothing',
		async (name, trigger) => {
			const before = (await world.controls.calls()).length;
			const error = await errorOf(name, trigger);
			for (const column of NEW) expect(error).toContain(column);
			expect(error).toContain('click Add Column');
			expect(await old.rows()).toMatchObject({ Lotus: row });
			const calls = (await world.controls.calls()).slice(before);
			expect(calls.filter(({ path }) => [LINK, LIST].includes(path))).toStrictEqual([]);
		},
	);

	it('The workflows continue where they stopped once the columns exist', async () => {
		for (const column of NEW) await old.addColumn(column);
		expect(await errorOf('table')).toBe('');
		await merchants.run('everyMorning');
		expect(await old.rows()).toMatchObject({
			Lotus: { state: 'invitationSent', contact: null, miniProgramName: expect.any(String) },
		});
		merchants.robots.take();
	});

	it('The workflow "table" creates a missing table with all columns', async () => {
		await MerchantTable.remove(world.running.rest);
		const execution = await merchants.run('table');
		expect(itemsOf(execution, 'Make the table')).toHaveLength(1);
		const made = await MerchantTable.open(world.running.rest);
		await made.fill([{ ...row, contact: 'lotus@example.com', language: 'en' }]);
		expect(await made.rows()).toMatchObject({
			Lotus: { contact: 'lotus@example.com', language: 'en' },
		});
	});
}
