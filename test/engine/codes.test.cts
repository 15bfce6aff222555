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
/** Each code is the answer for its own Mini Program. */
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
])('Answer codes of %s', (operation, path) => {
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

	it.each(ROWS)(
		`The answer %i to ${operation} leaves through %s, with hint, errmsg and rid`,
		(code, name, category, outcome, calls) => {
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
			expect(found?.json.hint).toMatch(/\S/);
			if (code !== 0) expect(found?.json.rid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{8}){2}$/);
			expect(found?.json.errmsg).not.toContain('rid');
		},
	);
});

describe('An answer code', () => {
	it('An answer code that is a text has the same result as a number', async () => {
		await world.controls.answerWith({}, { errcode: 61003, errcodeAsString: true });
		expect(await world.result()).toMatchObject({ errcode: 61003, category: 'authorization' });
	});

	it('An answer without a code is not a success, since it may not be from WeChat', async () => {
		await world.controls.answerWith({}, { bareSuccess: true, times: 1 });
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 2 });
	});

	it('An answer code whose errmsg is only a rid has an empty errmsg and the rid', async () => {
		await world.controls.answerWith({}, { errcode: 1005, blankErrmsg: true });
		const result = await world.result();
		expect(result).toMatchObject({ errcode: 1005, errmsg: '', category: 'quotaReached' });
		expect(result.rid).toMatch(/^[0-9a-f-]{26}$/);
	});

	it('An unknown answer code asks the operator to read errmsg, and names the rid', async () => {
		await world.controls.answerWith({}, { errcode: INVENTED, errmsg: 'brand new' });
		const result = await world.result();
		expect(result).toMatchObject({ errmsg: 'brand new', category: 'other', retryable: false });
		expect(result.hint).toContain('errmsg');
		expect(result.hint).toContain('rid');
	});

	it('The hint of 61004 shows the IP address that WeChat saw', async () => {
		await world.controls.setIpWhitelist(['203.0.113.1']);
		const result = await world.result();
		expect(result).toMatchObject({ errcode: 61004, category: 'authorization', attempts: 1 });
		expect(result.hint).toContain('127.0.0.1');
	});

	it('The hint of 61007 names permission set 33', async () => {
		await world.controls.grant(OA, []);
		const result = await world.result();
		expect(result).toMatchObject({ errcode: 61007 });
		expect(result.hint).toContain('permission set 33');
	});

	it('The hint of -1 after the last try says what else it may mean', async () => {
		await world.controls.answerWith({}, { errcode: -1 });
		const result = await world.result({ parameters: withOptions({ maxTries: 1 }) });
		expect(result).toMatchObject({ retryable: true, retryAfter: 'minutes', attempts: 1 });
		expect(result.hint).toContain('service account');
	});

	it('A result does not show a -1 if a later try succeeds', async () => {
		await world.controls.answerWith({}, { errcode: -1, times: 1 });
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 2 });
	});
});

describe('Call limits', () => {
	it('After 45009, the node makes no more calls for the account, and its other items wait until tomorrow', async () => {
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

	it('An item with 45011 and one try leaves through Retry Later', async () => {
		await world.controls.setLimits({ callsPerMinute: 0 });
		const run = await world.run({ parameters: withOptions({ maxTries: 1 }) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 1, 0]);
		expect(run.outputs[5][0].json).toMatchObject({ errcode: 45011, retryAfter: 'minutes' });
	});
});
