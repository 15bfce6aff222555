import { findings, isTooWide } from './axe.cts';
import { COMPANY, COMPUTER, MERCHANTS, PHONE } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

const [FIRST, SECOND] = MERCHANTS;

/** Only a complete and current address of the merchant shows a page. */
export function testAddresses(world: WelcomeWorld): void {
	let addresses: Record<string, string>;

	beforeAll(async () => {
		addresses = await world.addresses();
	});

	const changed = (changes: Record<string, string>): string => {
		const url = new URL(addresses[FIRST.name]);
		for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
		return url.href;
	};
	const partOf = (name: string, part: string): string =>
		new URL(addresses[name]).searchParams.get(part) ?? '';
	const flipped = () => {
		const signature = partOf(FIRST.name, 's');
		return (signature.startsWith('0') ? '1' : '0') + signature.slice(1);
	};

	const WRONG: Array<[name: string, address: () => string]> = [
		['a changed signature', () => changed({ s: flipped() })],
		['no signature', () => changed({ s: '' })],
		['a signature that is too long', () => changed({ s: `${partOf(FIRST.name, 's')}00` })],
		["another merchant's row", () => changed({ m: partOf(SECOND.name, 'm') })],
		["another merchant's signature", () => changed({ s: partOf(SECOND.name, 's') })],
		['a later expiry', () => changed({ e: String(Number(partOf(FIRST.name, 'e')) + 1) })],
		['a row that does not exist', () => changed({ m: '999999' })],
		['no number', () => changed({ m: '1 OR 1=1' })],
		['nothing at all', () => addresses[FIRST.name].split('?')[0]],
		['parts that come twice', () => `${addresses[FIRST.name]}&s=${partOf(SECOND.name, 's')}`],
	];

	it.each(['GET', 'POST'])("A merchant's address works with %s", async (method) => {
		expect((await fetch(addresses[FIRST.name], { method })).status).toBe(200);
	});

	describe.each(['GET', 'POST'])('Wrong addresses with %s', (method) => {
		it.each(WRONG)('A wrong address is answered 403 without any data: %s', async (_, address) => {
			const answer = await fetch(address(), { method, headers: { 'accept-language': 'en' } });
			const text = await answer.text();
			expect(answer.status).toBe(403);
			expect(text).toContain('Please ask us for a new one');
			for (const { name, account } of MERCHANTS) {
				expect(text).not.toContain(name);
				expect(text).not.toContain(account);
			}
		});
	});

	it.each([
		['Chinese', PHONE, '此链接无效'],
		['English', COMPUTER, 'This address is not valid'],
	])('The page of a wrong address says whom to ask, in %s first', async (_, options, title) => {
		const page = await world.browser(options);
		await page.goto(changed({ s: flipped() }));
		expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(title);
		const text = await page.getByRole('main').innerText();
		expect(text).toContain('请向我们索取新的链接');
		expect(text).toContain('Please ask us for a new one');
		expect(await page.getByRole('banner').innerText()).toContain(COMPANY.name);
		expect(await page.getByRole('link', { name: COMPANY.contact }).count()).toBe(2);
		expect(await isTooWide(page)).toBe(false);
		expect(await findings(page)).toStrictEqual([]);
	});

	it('The workflow "addresses" returns the items of its caller in order, each with its address', async () => {
		const ids = [SECOND, FIRST].map(({ name }) => Number(partOf(name, 'm')));
		const items = [
			{ id: ids[0], subject: 'second', createdAt: 'of the caller' },
			{ id: 999_999, subject: 'in no row' },
			{ id: String(ids[1]), subject: 'first' },
			{ subject: 'without a number' },
		];
		const given = await world.called('addresses', items);
		expect(given.map(({ subject }) => subject)).toEqual(items.map(({ subject }) => subject));
		expect(given[0]).toMatchObject(items[0]);
		expect(given.map((item) => Object.keys(item).sort())).toEqual(
			items.map((item) => [...Object.keys(item), 'address', 'validUntil'].sort()),
		);
		expect(given.map(({ address }) => address !== '')).toEqual([true, false, true, false]);
		for (const [n, { name }] of [
			[0, SECOND],
			[2, FIRST],
		] as const) {
			expect(await (await fetch(String(given[n].address))).text()).toContain(name.split(' ')[0]);
		}
	});

	it('Addresses begin with the page that the operator has set', async () => {
		const page = 'https://merchants.example.com/webhook/wechat-merchant';
		const other = await world.addresses({ page });
		expect(other[FIRST.name].split('?')[0]).toBe(page);
		await world.addresses();
	});

	it('An expired address is answered 403', async () => {
		const expired = await world.addresses({ days: -1 });
		const answer = await fetch(expired[FIRST.name], { headers: { 'accept-language': 'zh-CN' } });
		expect(answer.status).toBe(403);
		expect(await answer.text()).toContain('已过期');
	});

	it('A wrong address makes no authorization link', async () => {
		const path = '/cgi-bin/component/api_create_preauthcode';
		const before = await world.platform.controls.count(path);
		for (const [, address] of WRONG) await fetch(address(), { method: 'POST' });
		expect(await world.platform.controls.count(path)).toBe(before);
	});
}
