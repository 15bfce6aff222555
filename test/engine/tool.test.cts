import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { runAsTool } from './asTool.cts';
import { mp, mpItems, OA, useWorld, withOptions } from './world.cts';

const world = useWorld();

const run = async (
	items: IDataObject[],
	operation = 'link',
	parameters: INodeParameters = {},
): Promise<INodeExecutionData[][]> =>
	await runAsTool({ operation, items, credential: world.credential, parameters });

describe('As a tool of an AI agent', () => {
	it.each(['category', 'successOrNot', 'single'])(
		'An AI agent gets every item on the first output, even in the mode %s',
		async (outputMode) => {
			const codes = [0, 89010, 89009, 89013, 48001, -1, 777001];
			for (const [n, errcode] of codes.entries()) {
				await world.controls.answerWith({ miniProgramAppId: mp(n) }, { errcode });
			}
			const outputs = await run(mpItems(codes.length), 'link', {
				outputMode,
				...withOptions({ maxTries: 1 }),
			});
			expect(outputs).toHaveLength(1);
			expect(outputs[0].map(({ json }) => json.errcode)).toEqual(codes);
			for (const { json, error } of outputs[0]) {
				expect(json.category).toEqual(expect.stringMatching(/\w/));
				expect(json.hint).toEqual(expect.stringMatching(/\w/));
				expect(error).toBeUndefined();
			}
		},
	);

	it('An AI agent gets an item for an invalid ID, not an exception', async () => {
		const [[{ json }]] = await run([{ appId: 'My Shop' }], 'link', { outputMode: 'single' });
		expect(json).toMatchObject({ category: 'other', outcome: 'failed' });
		expect(json.hint).toContain('appid');
	});

	it("In a tool, an expression reads the agent's item, not the agent's arguments", async () => {
		const { credential } = world;
		const [[{ json }]] = await runAsTool({ items: [{ appId: mp(1) }], credential }, [
			{ appId: mp(2) },
		]);
		expect(json.miniProgramAppId).toBe(mp(2));
	});

	it('An AI agent gets the status of a link', async () => {
		await world.controls.setRelation(OA, mp(1), 12);
		const [[{ json }]] = await run([{ appId: mp(1) }], 'getStatus');
		expect(json).toMatchObject({ outcome: 'pendingOfficialAccountAdmin' });
	});

	it('An AI agent gets its own fields back with the result, without the token', async () => {
		const { accessToken } = world.credential;
		const items = [{ appId: mp(1), merchant: 'Tea House', token: String(accessToken) }];
		const [[{ json }]] = await run(items);
		expect(json).toMatchObject({ outcome: 'invitationSent', merchant: 'Tea House' });
		expect(json.whoActs).toBe('officialAccountAdmin');
		expect(JSON.stringify(json)).not.toContain(accessToken);
	});

	it('An AI agent gets an item for a list that WeChat refuses', async () => {
		await world.controls.grant(OA, []);
		const outputs = await run([{}], 'getMany');
		expect(outputs).toHaveLength(1);
		expect(outputs[0][0].json).toMatchObject({ errcode: 61007, category: 'authorization' });
	});
});
