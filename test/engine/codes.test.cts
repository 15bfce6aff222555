import type { IDataObject } from 'n8n-workflow';

import { OUTPUTS } from '../outputs.cts';
import type { RunResult } from './engine.cts';
import { LINK, mp, OA, sizesOf, UNLINK, useWorld, withOptions } from './world.cts';

const INVENTED = 777001;
/** Code, output, category, outcome, number of calls with Max Tries 2. */
type Row = [number, string, string, string, number];
const LINK_PAGE: Row[] = [
	[-1, 'Retry Later', 'retryLater', 'failed', 2],
	[0, 'Success', 'success', 'invitationSent', 1],
	[1003, 'Quota Reached', 'quotaReached', 'failed', 1],
	[1005, 'Quota Reached', 'quotaReached', 'failed', 1],
	[1006, 'Not Allowed', 'notAllowed', 'failed', 1],
	[40001, 'Authorization', 'authorization', 'failed', 1],
	[89007, 'Quota Reached', 'quotaReached', 'failed', 1],
	[89008, 'Not Allowed', 'notAllowed', 'failed', 1],
	[89009, 'Quota Reached', 'quotaReached', 'failed', 1],
	[89010, 'Pending', 'pending', 'invitationPending', 1],
	[89011, 'Not Allowed', 'notAllowed', 'failed', 1],
	[89012, 'Not Allowed', 'notAllowed', 'failed', 1],
	[89013, 'Not Allowed', 'notAllowed', 'failed', 1],
	[89015, 'Success', 'success', 'alreadyLinked', 1],
	[89016, 'Quota Reached', 'quotaReached', 'failed', 1],
	[89017, 'Quota Reached', 'quotaReached', 'failed', 1],
	[89035, 'Pending', 'pending', 'invitationPending', 1],
	[89245, 'Not Allowed', 'notAllowed', 'failed', 1],
];
const BEYOND: Row[] = [
	[40013, 'Other', 'other', 'failed', 1],
	[40014, 'Authorization', 'authorization', 'failed', 1],
	[42001, 'Authorization', 'authorization', 'failed', 1],
	[44002, 'Other', 'other', 'failed', 1],
	[48001, 'Authorization', 'authorization', 'failed', 1],
	[50002, 'Not Allowed', 'notAllowed', 'failed', 1],
	[61003, 'Authorization', 'authorization', 'failed', 1],
	[61004, 'Authorization', 'authorization', 'failed', 1],
	[61007, 'Authorization', 'authorization', 'failed', 1],
	[89018, 'Pending', 'pending', 'unlinkPending', 1],
	[89407, 'Quota Reached', 'quotaReached', 'failed', 1],
	[INVENTED, 'Other', 'other', 'failed', 1],
];
const ROWS = [...LINK_PAGE, ...BEYOND];
/** Each code is answered for a Mini Program of its own. */
const appIdOf = (code: number): string => mp(ROWS.findIndex(([row]) => row === code));

const world = useWorld();

/** One run in which each Mini Program gets its code. */
async function runAll(operation: string): Promise<RunResult> {
	for (const [errcode] of ROWS) {
		await world.controls.answerWith({ miniProgramAppId: appIdOf(errcode) }, { errcode });
	}
	return await world.run({
		operation,
		appIds: ROWS.map(([code]) => appIdOf(code)),
		parameters: withOptions({ maxTries: 2, maxConcurrency: 100 }),
	});
}

describe.each([
	['link', LINK],
	['unlink', UNLINK],
])('the codes WeChat may answer to %s', (operation, path) => {
	let run: RunResult;
	const counts = new Map<string, number>();

	beforeAll(async () => {
		counts.clear();
		await world.reset();
		run = await runAll(operation);
		for (const { miniProgramAppId } of await world.controls.calls({ path })) {
			const appId = String(miniProgramAppId);
			counts.set(appId, (counts.get(appId) ?? 0) + 1);
		}
	});

	it.each(ROWS)('%i leaves through %s', (code, name, category, outcome, calls) => {
		const output = run.outputs[OUTPUTS.indexOf(name)];
		const found = output.find(({ json }) => json.miniProgramAppId === appIdOf(code));
		const accepted = operation === 'link' ? 'invitationSent' : 'unlinkRequested';
		expect(found?.json).toMatchObject({
			operation,
			category,
			outcome: code === 0 ? accepted : outcome,
			errcode: code,
			attempts: calls,
		});
		expect(counts.get(appIdOf(code))).toBe(calls);
	});

	it.each(ROWS)('%i comes with a hint', (code) => {
		const { hint } = resultFor(run, code);
		expect(hint).toEqual(expect.stringMatching(/\S/));
	});

	it.each(ROWS.filter(([code]) => code !== 0))('%i has its text and rid apart', (code) => {
		const { errmsg, rid } = resultFor(run, code);
		expect(rid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{8}){2}$/);
		expect(errmsg).not.toContain('rid');
	});
});

function resultFor({ outputs }: RunResult, code: number): IDataObject {
	const found = outputs.flat().find(({ json }) => json.miniProgramAppId === appIdOf(code));
	if (!found) throw new Error(`no result for ${code}`);
	return found.json;
}

describe('a code', () => {
	it('that comes as a text is the same', async () => {
		await world.controls.answerWith({}, { errcode: 61003, errcodeAsString: true });
		expect(await world.result()).toMatchObject({ errcode: 61003, category: 'authorization' });
	});

	it('that is left out means no success: that may be anybody\u2019s answer', async () => {
		await world.controls.answerWith({}, { bareSuccess: true, times: 1 });
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 2 });
	});

	it('with nothing but a rid for its text keeps both', async () => {
		await world.controls.answerWith({}, { errcode: 1005, blankErrmsg: true });
		const result = await world.result();
		expect(result).toMatchObject({ errcode: 1005, errmsg: '', category: 'quotaReached' });
		expect(result.rid).toMatch(/^[0-9a-f-]{26}$/);
	});

	it('that is not known asks the operator to read the text, and names the rid', async () => {
		await world.controls.answerWith({}, { errcode: INVENTED, errmsg: 'brand new' });
		const result = await world.result();
		expect(result).toMatchObject({ errmsg: 'brand new', category: 'other', retryable: false });
		expect(result.hint).toContain('errmsg');
		expect(result.hint).toContain('rid');
	});

	it('61004 shows the IP address WeChat saw in its hint', async () => {
		await world.controls.setIpWhitelist(['203.0.113.1']);
		const result = await world.result();
		expect(result).toMatchObject({ errcode: 61004, category: 'authorization', attempts: 1 });
		expect(result.hint).toContain('127.0.0.1');
	});

	it('61007 names permission set 33 in its hint', async () => {
		await world.controls.grant(OA, []);
		const result = await world.result();
		expect(result).toMatchObject({ errcode: 61007 });
		expect(result.hint).toContain('permission set 33');
	});

	it('-1 says after the last try what else it may mean', async () => {
		await world.controls.answerWith({}, { errcode: -1 });
		const result = await world.result({ parameters: withOptions({ maxTries: 1 }) });
		expect(result).toMatchObject({ retryable: true, retryAfter: 'minutes', attempts: 1 });
		expect(result.hint).toContain('service account');
	});

	it('-1 that goes away is not seen', async () => {
		await world.controls.answerWith({}, { errcode: -1, times: 1 });
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 2 });
	});
});

describe('call limits', () => {
	it('45009 ends the calls of the account: the items left are for tomorrow', async () => {
		await world.controls.setLimits({ callsPerDay: 2 });
		const run = await world.run({
			appIds: Array.from({ length: 20 }, (_, n) => mp(n)),
			parameters: withOptions({ maxConcurrency: 1 }),
		});
		expect(sizesOf(run)).toEqual([2, 0, 0, 0, 0, 18, 0]);
		expect(await world.controls.count(LINK)).toBe(3);
		for (const { json } of run.outputs[5]) {
			expect(json).toMatchObject({ errcode: 45009, retryable: true, retryAfter: 'nextDay' });
		}
	});

	it('45011 with one try leaves for later', async () => {
		await world.controls.setLimits({ callsPerMinute: 0 });
		const run = await world.run({ parameters: withOptions({ maxTries: 1 }) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 1, 0]);
		expect(run.outputs[5][0].json).toMatchObject({ errcode: 45011, retryAfter: 'minutes' });
	});
});
