import type { Execution } from '../n8n/n8n.cts';
import { formatTable } from '../n8n/table.cts';
import { OUTPUTS } from '../outputs.cts';
import { givenBy, LINK, mp, mpItems } from './workflows.cts';
import type { Given } from './workflows.cts';
import type { World } from './world.cts';

/** Code, output, category, outcome, number of calls, start of the hint. */
type Row = [number, string, string, string, number, string];

/** What the page of the link call lists. */
const LINK_PAGE: Row[] = [
	[-1, 'Retry Later', 'retryLater', 'failed', 3, 'Send the item again in a few minutes'],
	[0, 'Success', 'success', 'invitationSent', 1, 'Not linked yet'],
	[1003, 'Quota Reached', 'quotaReached', 'failed', 1, 'The Mini Program administrator unbinds'],
	[
		1005,
		'Quota Reached',
		'quotaReached',
		'failed',
		1,
		'WeChat documents: the Mini Program administrator',
	],
	[1006, 'Not Allowed', 'notAllowed', 'failed', 1, 'Only WeChat support'],
	[40001, 'Authorization', 'authorization', 'failed', 1, 'With a pasted token: paste the newest'],
	[89007, 'Quota Reached', 'quotaReached', 'failed', 1, 'Send the item again next month'],
	[89008, 'Not Allowed', 'notAllowed', 'failed', 1, 'This Mini Program cannot be linked'],
	[89009, 'Quota Reached', 'quotaReached', 'failed', 1, 'Ask the merchant which link to Unlink'],
	[89010, 'Pending', 'pending', 'invitationPending', 1, 'The Official Account administrator'],
	[89011, 'Not Allowed', 'notAllowed', 'failed', 1, 'The Mini Program administrator first takes'],
	[89012, 'Not Allowed', 'notAllowed', 'failed', 1, 'This link stays'],
	[89013, 'Not Allowed', 'notAllowed', 'failed', 1, 'The Mini Program administrator looks'],
	[89015, 'Success', 'success', 'alreadyLinked', 1, 'Nothing to do'],
	[89016, 'Quota Reached', 'quotaReached', 'failed', 1, 'Send the item again next month'],
	[89017, 'Quota Reached', 'quotaReached', 'failed', 1, 'Send the item again next month'],
	[89035, 'Pending', 'pending', 'invitationPending', 1, 'The Mini Program administrator confirms'],
	[89245, 'Not Allowed', 'notAllowed', 'failed', 1, 'The Mini Program administrator opens'],
];

const BEYOND: Row[] = [
	[
		48001,
		'Authorization',
		'authorization',
		'failed',
		1,
		"The merchant's Official Account administrator grants permission set 33",
	],
	[50002, 'Not Allowed', 'notAllowed', 'failed', 1, "The merchant's Official Account admin"],
	[
		61003,
		'Authorization',
		'authorization',
		'failed',
		1,
		"The merchant's Official Account administrator opens the authorization link",
	],
	[61004, 'Authorization', 'authorization', 'failed', 1, 'The provider adds the IP address'],
	[61007, 'Authorization', 'authorization', 'failed', 1, "The merchant's Official Account admin"],
	[89018, 'Pending', 'pending', 'unlinkPending', 1, 'The Official Account administrator'],
	[89407, 'Quota Reached', 'quotaReached', 'failed', 1, 'WeChat does not document this code'],
	[777001, 'Other', 'other', 'failed', 1, 'This code is not known here'],
];

/** Codes that hold back the other calls of their account. */
const LIMITS: Row[] = [
	[45009, 'Retry Later', 'retryLater', 'failed', 1, 'Send the item again tomorrow'],
	[45011, 'Retry Later', 'retryLater', 'failed', 1, 'Send the item again after a minute'],
];

const given = new Map<number, Given>();
const calls = new Map<number, number>();

/** What became of each answer code. */
export function testCodes(world: World): void {
	describe('each answer of WeChat to an invitation', () => {
		beforeAll(async () => {
			await runTogether(
				world,
				[...LINK_PAGE, ...BEYOND].map(([code]) => code),
			);
			for (const [code] of LIMITS) await runTogether(world, [code], { maxTries: 1 });
		});

		afterAll(() => {
			process.stdout.write(`\n${tableOf([...LINK_PAGE, ...BEYOND, ...LIMITS])}\n`);
		});

		it.each([...LINK_PAGE, ...BEYOND, ...LIMITS])(
			'%i leaves through %s',
			(code, output, category, outcome, count, hint) => {
				const item = given.get(code);
				expect(OUTPUTS[item?.output ?? -1]).toBe(output);
				expect(item).toMatchObject({ errcode: code, category, outcome, attempts: count });
				expect(String(item?.hint).slice(0, hint.length)).toBe(hint);
				expect(calls.get(code)).toBe(count);
			},
		);

		it('61004 names the IP address that is to be added to the whitelist', async () => {
			const { credential } = await world.addAccount();
			await world.controls.setIpWhitelist(['203.0.113.1']);
			const execution = await world.run({ items: mpItems(1), credential });
			await world.controls.setIpWhitelist(null);
			const [item] = givenBy(execution);
			expect(OUTPUTS[item.output]).toBe('Authorization');
			expect(item).toMatchObject({ errcode: 61004, attempts: 1 });
			expect(item.hint).toContain('127.0.0.1');
		});
	});

	describe('each answer of WeChat to a request to unlink', () => {
		it.each([
			[0, 'Success', 'unlinkRequested'],
			[89011, 'Not Allowed', 'failed'],
			[89012, 'Not Allowed', 'failed'],
			[89018, 'Pending', 'unlinkPending'],
		])('%i leaves through %s', async (errcode, output, outcome) => {
			const { appId, credential } = await world.addAccount();
			await world.controls.answerWith({ account: appId }, { errcode });
			const execution = await world.run({ operation: 'unlink', items: mpItems(1), credential });
			const [item] = givenBy(execution);
			expect(OUTPUTS[item.output]).toBe(output);
			expect(item).toMatchObject({ operation: 'unlink', errcode, outcome, attempts: 1 });
			expect(item.hint).toMatch(/\S/);
		});
	});
}

/** One run for an account of its own, in which each code is answered for one Mini Program. */
async function runTogether(world: World, codes: number[], options = {}): Promise<void> {
	const { appId: account, credential } = await world.addAccount();
	for (const [n, errcode] of codes.entries()) {
		await world.controls.answerWith({ account, miniProgramAppId: mp(n) }, { errcode });
	}
	const items = codes.map((_, n) => ({ appId: mp(n) }));
	const execution = await world.run({ items, credential, parameters: { options } });
	await remember(world, execution, account, codes);
}

async function remember(
	world: World,
	execution: Execution,
	account: string,
	codes: number[],
): Promise<void> {
	expect(execution.status).toBe('success');
	const all = givenBy(execution);
	expect(all).toHaveLength(codes.length);
	for (const [n, code] of codes.entries()) {
		given.set(code, all[n]);
		const filter = { account, miniProgramAppId: mp(n), path: LINK };
		calls.set(code, (await world.controls.calls(filter)).length);
	}
}

function tableOf(rows: Row[]): string {
	const header = ['Code', 'Output', 'Category', 'Outcome', 'Calls', 'Hint'];
	const lines = rows.map(([code]) => {
		const { output = -1, category, outcome, hint }: Partial<Given> = given.get(code) ?? {};
		const start = String(hint).slice(0, 60);
		const cells = [code, OUTPUTS[output], category, outcome, calls.get(code), start];
		return cells.map(String);
	});
	return formatTable(header, lines, 140);
}
