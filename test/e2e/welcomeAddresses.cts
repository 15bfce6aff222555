import { MERCHANTS } from './welcomeWorld.cts';
import type { WelcomeWorld } from './welcomeWorld.cts';

const [FIRST, SECOND] = MERCHANTS;

/** Only a whole address, in time and of this merchant, shows a page. */
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

	it.each(['GET', 'POST'])('of a merchant are answered, by %s', async (method) => {
		expect((await fetch(addresses[FIRST.name], { method })).status).toBe(200);
	});

	describe.each(['GET', 'POST'])('by %s', (method) => {
		it.each(WRONG)('%s: 403, a sentence, and no data', async (_, address) => {
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

	it('that have expired: 403', async () => {
		const expired = await world.addresses(-1);
		const answer = await fetch(expired[FIRST.name], { headers: { 'accept-language': 'zh-CN' } });
		expect(answer.status).toBe(403);
		expect(await answer.text()).toContain('已过期');
	});

	it('make no authorization link when they are wrong', async () => {
		const path = '/cgi-bin/component/api_create_preauthcode';
		const before = await world.platform.controls.count(path);
		for (const [, address] of WRONG) await fetch(address(), { method: 'POST' });
		expect(await world.platform.controls.count(path)).toBe(before);
	});
}
