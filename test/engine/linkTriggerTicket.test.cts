import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { FastClock } from './fastClock.cts';
import { LinkTrigger } from './linkTrigger.cts';
import { logged } from './log.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { letSecondsPass } from './uptime.cts';
import { LIST, mp, OA } from './world.cts';

const world = usePlatformWorld();
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const eventsOf = (items: IDataObject[]) => items.map(({ event }) => event);

let trigger: LinkTrigger;
let clock: FastClock;

const withCredential = (changes: ICredentialDataDecryptedObject) => {
	world.credential = { ...world.credential, ...changes };
};

beforeEach(() => {
	logged.length = 0;
	clock = new FastClock();
	// n8n has been running for a while.
	letSecondsPass(HOUR);
	trigger = new LinkTrigger(() => world.table);
	trigger.parameters = { triggerOn: ['ticketOverdue'] };
});
afterEach(() => jest.restoreAllMocks());

describe('Overdue tickets', () => {
	it('An overdue ticket is reported once, an hour after the last one, and again after the next one', async () => {
		world.ticketCame(0);
		const lastCame = new Date(Number(world.credential.verifyTicketReceivedAt)).toISOString();
		expect(await trigger.poll()).toStrictEqual([]);
		clock.advance(59 * MINUTE);
		expect(await trigger.poll()).toStrictEqual([]);
		clock.advance(2 * MINUTE);
		const [told, ...others] = await trigger.poll();
		expect(others).toStrictEqual([]);
		expect(told).toEqual({
			event: 'ticketOverdue',
			eventId: expect.stringMatching(/^[0-9a-f]{16}$/),
			officialAccountAppId: null,
			miniProgramAppId: null,
			username: null,
			nickname: null,
			previousStatus: null,
			linkStatus: null,
			outcome: 'failed',
			waitingDays: null,
			detectedAt: expect.stringMatching(/Z$/),
			hint: expect.stringMatching(/WeChat Open Platform Trigger.*Check Setup/),
		});
		expect(told.hint).toContain(lastCame);
		for (let n = 0; n < 3; n++) {
			clock.advance(10 * MINUTE);
			expect(await trigger.poll()).toStrictEqual([]);
			trigger.kill();
		}
		world.ticketCame(0);
		expect(await trigger.poll()).toStrictEqual([]);
		clock.advance(61 * MINUTE);
		const [again] = await trigger.poll();
		expect(again.event).toBe('ticketOverdue');
		expect(again.eventId).not.toBe(told.eventId);
	});

	it('A ticket that has never come is reported an hour after publication', async () => {
		withCredential({ componentVerifyTicket: '' });
		expect(await trigger.pollRaw()).toBeNull();
		await expect(trigger.poll()).rejects.toThrow('has not pushed a ticket');
		clock.advance(59 * MINUTE);
		await expect(trigger.poll()).rejects.toThrow('has not pushed a ticket');
		trigger.kill();
		await trigger.poll();
		clock.advance(MINUTE);
		await expect(trigger.poll()).rejects.toThrow('has not pushed a ticket');
		clock.advance(60 * MINUTE);
		const [told] = await trigger.poll();
		expect(told).toMatchObject({ event: 'ticketOverdue', officialAccountAppId: null });
		expect(told.hint).not.toContain('The last one came');
		clock.advance(DAY);
		await expect(trigger.poll()).rejects.toThrow('has not pushed a ticket');
	});

	it('A ticket that has never come is reported if n8n creates a context for each poll', async () => {
		withCredential({ componentVerifyTicket: '' });
		await trigger.poll();
		clock.advance(30 * MINUTE);
		await trigger.pollAnew();
		clock.advance(31 * MINUTE);
		expect(eventsOf(await trigger.pollAnew())).toEqual(['ticketOverdue']);
		expect(await trigger.pollAnew()).toStrictEqual([]);
	});

	it('An overdue ticket is reported even if no call works any more', async () => {
		world.ticketCame(0);
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 12);
		// The ticket lives twelve hours, and the tokens two.
		clock.advance(13 * HOUR);
		expect(eventsOf(await trigger.poll())).toEqual(['ticketOverdue']);
		expect(logged.join()).toContain('WeChat returned no token for the platform');
		await expect(trigger.poll()).rejects.toThrow('WeChat returned no token for the platform');
	});

	it('An overdue ticket is reported before the changes of the same poll', async () => {
		trigger.parameters = { triggerOn: ['ticketOverdue', 'linked'] };
		await world.controls.setRelation(OA, mp(1), 12);
		world.ticketCame(0);
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 1);
		clock.advance(61 * MINUTE);
		expect(eventsOf(await trigger.poll())).toEqual(['ticketOverdue', 'linked']);
	});

	it('A report that n8n did not save comes again under the same event ID', async () => {
		world.ticketCame(0);
		await trigger.poll();
		const { saved } = trigger;
		clock.advance(61 * MINUTE);
		const [first] = await trigger.poll();
		trigger.saved = saved;
		trigger.kill();
		expect(await trigger.poll()).toMatchObject([{ eventId: first.eventId }]);
	});

	it('An overdue ticket is reported in Chinese', async () => {
		trigger.parameters = { ...trigger.parameters, options: { hintLanguage: 'zh-CN' } };
		world.ticketCame(61);
		const [told] = await trigger.poll();
		expect(told.hint).toMatch(/超过一小时没有推送 ticket.*上一次收到/);
	});

	it('An overdue ticket is reported even if every selected account is of another kind', async () => {
		await world.controls.addAccount({ appId: OA, kind: 'shop' });
		trigger.parameters = { ...trigger.parameters, watch: 'selected', officialAccounts: [OA] };
		world.ticketCame(61);
		expect(eventsOf(await trigger.poll())).toEqual(['ticketOverdue']);
		await expect(trigger.poll()).rejects.toThrow('is a shop');
	});

	it('An overdue ticket takes a few bytes in the static data, and a punctual one none', async () => {
		world.ticketCame(0);
		await trigger.poll();
		const before = JSON.stringify(trigger.saved).length;
		for (let n = 0; n < 5; n++) {
			clock.advance(10 * MINUTE);
			world.ticketCame(0);
			await trigger.poll();
		}
		expect(JSON.stringify(trigger.saved).length).toBe(before);
		clock.advance(61 * MINUTE);
		await trigger.poll();
		expect(JSON.stringify(trigger.saved).length - before).toBeLessThan(30);
	});
});

describe('Tickets that are not overdue', () => {
	const never = async () => {
		for (let n = 0; n < 3; n++) {
			expect(eventsOf(await trigger.poll())).not.toContain('ticketOverdue');
			clock.advance(40 * MINUTE);
		}
	};

	it('No ticket is overdue unless Trigger On selects the event, which is off by default', async () => {
		trigger.parameters = {};
		world.ticketCame(180);
		await never();
	});

	it('A ticket that was pasted is not overdue', never);

	it('A ticket from an expression is not overdue, whatever was pushed before', async () => {
		const ticket = String(world.credential.componentVerifyTicket);
		world.ticketCame(180);
		withCredential({ componentVerifyTicket: `={{ "${ticket}" }}` });
		await never();
	});

	it('No ticket is overdue if a token service makes the tokens', async () => {
		world.ticketCame(180);
		withCredential({
			tokenSource: 'tokenService',
			tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
		});
		trigger.parameters = { ...trigger.parameters, watch: 'selected', officialAccounts: [OA] };
		await never();
	});

	it('No ticket is overdue with the token of one account', async () => {
		const accessToken = await world.controls.issueToken(OA);
		world.credential = { accessToken, apiBaseUrl: world.url, verifyTicketReceivedAt: 1 };
		trigger = new LinkTrigger(() => world.table, 'weChatAuthorizerTokenApi');
		trigger.parameters = { triggerOn: ['ticketOverdue'] };
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it.each(['yesterday', '', '-1', 'NaN', '1e999', {}, []])(
		'A ticket that came at the time %j is not overdue',
		async (verifyTicketReceivedAt) => {
			withCredential({ verifyTicketReceivedAt: verifyTicketReceivedAt as string });
			await never();
		},
	);

	it('No ticket is overdue because the clock was set back', async () => {
		world.ticketCame(-2 * 24 * 60);
		await never();
		withCredential({ componentVerifyTicket: '', verifyTicketReceivedAt: '' });
		await trigger.poll();
		clock.advance(-DAY);
		await trigger.poll();
		clock.advance(59 * MINUTE);
		expect(await trigger.poll()).toStrictEqual([]);
		clock.advance(2 * MINUTE);
		expect(eventsOf(await trigger.poll())).toEqual(['ticketOverdue']);
	});

	it('No ticket is overdue in the first 15 minutes of the process', async () => {
		world.ticketCame(180);
		const start = Date.now();
		const up = (minutes: number) =>
			jest
				.spyOn(performance, 'now')
				.mockImplementation(() => minutes * MINUTE * 1000 + Date.now() - start);
		up(14);
		expect(await trigger.poll()).toStrictEqual([]);
		up(15);
		expect(eventsOf(await trigger.poll())).toEqual(['ticketOverdue']);
	});

	it('A test in the editor reports no overdue ticket', async () => {
		world.ticketCame(180);
		expect(await trigger.pollRaw('manual')).toBeNull();
	});

	it('A poll with an invalid API Base URL fails and reports no overdue ticket', async () => {
		world.ticketCame(180);
		await trigger.poll();
		const calls = await world.controls.count(LIST);
		withCredential({ apiBaseUrl: 'nowhere' });
		await expect(trigger.poll()).rejects.toThrow('API Base URL');
		expect(await world.controls.count(LIST)).toBe(calls);
	});
});
