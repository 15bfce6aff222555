import type { IDataObject } from 'n8n-workflow';

import type { Row } from '../n8n/merchantSet.cts';
import { itemsOf } from './merchantsWorld.cts';
import type { Merchants } from './merchantsWorld.cts';
import type { Robot } from './robots.cts';

const ROW: Row = {
	merchant: 'Lotus',
	officialAccountName: 'Lotus Tea',
	miniProgramName: 'Lotus Shop',
	officialAccountAppId: 'wx00000000000000d1',
	miniProgramAppId: 'wx00000000000000d2',
};

const RAW =
	/permissionSet33|pendingM|pendingO|invitation[SP]|officialAccountAdmin|miniProgramAdmin|undefined|null|\{/;

/** The workflow that sends messages to the team and the merchants. */
export function testSend(merchants: Merchants): void {
	const { send } = merchants;
	const robot = (name: Robot) => send(merchants.robots.sending(name));
	const sent = async (inputs: IDataObject[]) =>
		itemsOf(await merchants.run('send', { trigger: 'Called by others', inputs }), 'Results');
	const toTeam = (text: string, more: IDataObject = {}): IDataObject => ({
		to: 'team',
		merchant: '',
		subject: 'Today',
		text,
		...more,
	});
	/** The merchant's row as the table gives it. */
	let lotus: IDataObject;
	beforeAll(async () => {
		await merchants.table.fill([ROW]);
		lotus = (await merchants.table.rows()).Lotus as IDataObject;
	});
	afterEach(() => {
		merchants.robots.refuses = null;
		merchants.robots.page = null;
		robot('weCom');
	});

	it.each<Robot>(['weCom', 'dingTalk', 'feishu'])(
		'A message reaches the robot of %s',
		async (name) => {
			robot(name);
			const [item] = await sent([toTeam('One line.\nAnother line.', { own: 'field' })]);
			expect(item).toMatchObject({ own: 'field', subject: 'Today', sent: true, problem: '' });
			expect(merchants.robots.take()).toEqual([
				'WeChat merchants: Today\nOne line.\nAnother line.',
			]);
		},
	);

	it.each<Robot>(['weCom', 'dingTalk', 'feishu'])(
		'An error of the robot of %s affects only its own message',
		async (name) => {
			robot(name);
			merchants.robots.refuses = 'second';
			const items = await sent([toTeam('first'), toTeam('second'), toTeam('third')]);
			expect(items.map(({ text, sent: isSent }) => [text, isSent])).toEqual([
				['first', true],
				['second', false],
				['third', true],
			]);
			expect(items[1].problem).toMatch(/refused it: \d+ \w/);
			expect(merchants.robots.take()).toHaveLength(2);
		},
	);

	it('Without a robot at the address, the item says so and keeps the address secret', async () => {
		merchants.robots.page = '<html>Not found</html>';
		const [page] = await sent([toTeam('first')]);
		expect(page).toMatchObject({ sent: false });
		expect(page.problem).toContain('is not a robot');
		send({
			...merchants.robots.sending('weCom'),
			robotUrl: `http://127.0.0.1:1/?key=${merchants.robots.key}`,
		});
		const [away] = await sent([toTeam('first')]);
		expect(away).toMatchObject({ sent: false });
		expect(away.problem).toContain('cannot be reached');
		expect(JSON.stringify([page, away])).not.toContain(merchants.robots.key);
	});

	it.each([
		['no robot is chosen', { robot: 'none' as const }, /No robot is chosen/],
		['the robot has no address', { robotUrl: '' }, /has no robotUrl/],
	])('No message is sent if %s', async (_, changes, problem) => {
		send({ ...merchants.robots.sending('weCom'), ...changes });
		const [item] = await sent([toTeam('first')]);
		expect(item).toMatchObject({ text: 'first', sent: false });
		expect(item.problem).toMatch(problem);
	});

	it('A message that is too long for the robot is split between lines without losing a character', async () => {
		const lines = Array.from({ length: 120 }, (_, n) => `第 ${n} 家商家需要处理 🍵`);
		const [item] = await sent([toTeam(lines.join('\n'))]);
		expect(item).toMatchObject({ sent: true });
		const posted = merchants.robots.take();
		expect(posted.length).toBeGreaterThan(2);
		const text = posted.map((piece) => piece.split('\n').slice(1).join('\n')).join('');
		expect(text).toBe(lines.join('\n'));
	});

	it('Merchants get messages in their language, with their names and the address of their page', async () => {
		const rows: IDataObject[] = [
			{ ...lotus, state: 'pendingMiniProgramAdmin', whoActs: 'miniProgramAdmin' },
			{ ...lotus, state: 'invitationSent', whoActs: 'officialAccountAdmin', language: 'en' },
			{ ...lotus, state: 'permissionSet33Missing', whoActs: 'officialAccountAdmin' },
			{ ...lotus, state: 'linked', whoActs: 'nobody', language: 'en' },
			{ ...lotus, state: 'withdrawn', whoActs: 'officialAccountAdmin' },
			{ ...lotus, state: 'failed', whoActs: 'miniProgramAdmin', language: 'en' },
			{ ...lotus, state: 'new', whoActs: 'officialAccountAdmin' },
		];
		const items = await sent(rows);
		const posted = merchants.robots.take();
		expect(posted).toHaveLength(rows.length);
		for (const [n, item] of items.entries()) {
			expect(item).toMatchObject({ ...rows[n], to: 'merchant', sent: true });
			expect(item.text).toContain('Lotus');
			expect(item.text).toMatch(
				/https?:\/\/\S+\/webhook\/wechat-merchant\?m=\d+&e=\d+&s=[0-9a-f]{64}/,
			);
			expect(item.text).not.toMatch(RAW);
			expect(posted[n]).toContain(String(item.text));
			expect(posted[n]).toContain('Please pass on to Lotus:');
			expect(/[一-鿿]{8}/.test(String(item.text))).toBe(rows[n].language !== 'en');
		}
		expect(items[0].text).toContain('现在请小程序“Lotus Shop”的管理员');
		expect(items[1].text).toContain('the administrator of the Official Account “Lotus Tea”');
		expect(items[2].text).toContain('保持勾选“小程序关联管理”');
	});

	it('A message has the appid as long as WeChat has given no name', async () => {
		const row = {
			...lotus,
			state: 'invitationSent',
			whoActs: 'officialAccountAdmin',
			officialAccountName: null,
			miniProgramName: '',
		};
		const [zh, en] = await sent([row, { ...row, language: 'en' }]);
		expect(zh.text).toContain('公众号（AppID wx00000000000000d1）');
		expect(en.text).toContain('the Mini Program (appid wx00000000000000d2)');
		merchants.robots.take();
	});

	it.each([
		['refused', '小程序管理员拒绝了关联', "The Mini Program's administrator refused"],
		['removed', '微信中已没有这个关联', 'is gone in WeChat'],
		['failed', '关联邀请没有发出', 'could not be sent'],
	])('The team gets a message about the state %s in its own language', async (state, zh, en) => {
		const row = { ...lotus, state, whoActs: 'operator', hint: 'A hint.' };
		for (const [teamLanguage, words] of [
			['zh-CN', zh],
			['en', en],
		] as const) {
			send({ ...merchants.robots.sending('weCom'), teamLanguage });
			expect(await sent([row])).toMatchObject([{ to: 'team', sent: true }]);
			const [text] = merchants.robots.take();
			expect(text).toContain(words);
			expect(text).toContain('A hint.');
			expect(text).toContain('Lotus Tea');
			expect(text).not.toMatch(RAW);
		}
	});

	it('A merchant with an e-mail address as contact gets an e-mail, and an invalid contact stops no other message', async () => {
		send({
			...merchants.robots.sending('weCom'),
			email: true,
			sender: 'we@example.com',
			signature: 'Your provider',
		});
		const row = { ...lotus, state: 'linked', whoActs: 'nobody' };
		const items = await sent([
			{ ...row, contact: 'lotus@example.com' },
			{ ...row, contact: 'ask Ms Li' },
			{ ...row, contact: 'nobody@example.com' },
			{ ...row, contact: 'a@example.com, b@example.com' },
			{ ...row, contact: '' },
			toTeam('for the team', { contact: 'team@example.com' }),
		]);
		expect(items.map(({ sent: isSent }) => isSent)).toEqual([
			true,
			false,
			false,
			false,
			true,
			true,
		]);
		expect(items[1].problem).toContain('"ask Ms Li" in the column contact is not an email address');
		expect(items[2].problem).toContain('could not be sent');
		expect(items[3].problem).toContain('not an email address');
		const mails = merchants.mailbox.take();
		expect(mails).toMatchObject([{ to: ['lotus@example.com'], subject: '关联小程序' }]);
		expect(mails[0].text).toContain('Lotus，您好！');
		expect(mails[0].text).toMatch(/Your provider$/);
		const posted = merchants.robots.take();
		expect(posted).toHaveLength(2);
		expect(posted[0]).toContain('Please pass on to Lotus:');
		expect(posted[1]).toContain('for the team');
	});
}
