import type { INodeParameters } from 'n8n-workflow';

import { logged } from './log.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);

/** What a trigger's JSON may contain as `options`. */
const SOUND: unknown[] = [undefined, null, { binaryData: true }, { binaryData: true, x: 1 }];
const UNSOUND: unknown[] = [
	{},
	[],
	'',
	'={{ {} }}',
	{ hintLanguage: 'zh-CN' },
	{ binaryData: false },
	{ binaryData: null },
	{ binaryData: '={{ false }}' },
];

const set = (options: unknown, more: INodeParameters = {}) => {
	server.parameters = { ...more, ...(options !== undefined && { options }) } as INodeParameters;
};

const found = async () => (await world.checkSetup()).triggerBody;

const WARNING = expect.stringMatching(/^warn: WeChat Open Platform Trigger: n8n parses/) as string;

describe('Triggers for which n8n leaves the body unparsed', () => {
	it.each(SOUND)('A trigger with the options %j is ok and not reported', async (options) => {
		set(options);
		await server.activate('activate');
		await world.controls.pushTicket();
		await server.settle();
		expect(logged).not.toContainEqual(WARNING);
		expect(world.credential.triggerParsesBody).toBeUndefined();
		expect(await found()).toMatchObject({ status: 'ok', hint: 'There is nothing to do.' });
	});
});

describe('Triggers for which n8n parses the body', () => {
	it.each(UNSOUND)(
		'The log and Check Setup report a published trigger with the options %j',
		async (options) => {
			set(options);
			expect(await server.activate('activate')).toBe(true);
			expect(logged).toContainEqual(WARNING);
			expect(await found()).toMatchObject({
				status: 'attention',
				detail: 'n8n parses what the trigger receives in 1 workflow: test',
				hint: expect.stringContaining('Delete the trigger'),
			});
		},
	);

	it.each(UNSOUND)(
		'A trigger with the options %j accepts pushes anyway, and notes how n8n treats them',
		async (options) => {
			set(options, { triggerOn: ['ticket'] });
			expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
			await server.settle();
			expect(server.items).toHaveLength(1);
			expect((await found()).status).toBe('attention');
		},
	);

	it('A parsed body is also noted with a push that comes again', async () => {
		await world.controls.withdraw(OA);
		const [{ sequence }] = await world.controls.pushes({ infoType: 'unauthorized' });
		set({});
		await world.controls.pushRaw({ replayOf: sequence });
		await server.settle();
		expect((await found()).status).toBe('attention');
	});

	it('A trigger for which n8n parses the body is noted once, and not with each push', async () => {
		set({});
		await server.activate('activate');
		const { writes } = world.table;
		await world.controls.pushTicket();
		await world.controls.pushTicket();
		await server.settle();
		expect(world.table.writes - writes).toBe(2);
	});

	it('A trigger for which n8n parsed the body is no longer reported once the workflow has another one', async () => {
		set({});
		await server.activate('activate');
		server.nodeId = 'another';
		set(undefined);
		await server.activate('activate');
		expect((await found()).status).toBe('ok');
	});

	it('A trigger for which n8n parsed the body is no longer reported once a push comes unparsed', async () => {
		set({});
		await server.activate('activate');
		set(undefined);
		await world.controls.pushTicket();
		await server.settle();
		expect((await found()).status).toBe('ok');
	});

	it('A trigger for which n8n parses the body is no longer reported once the workflow is unpublished', async () => {
		set({});
		await server.activate('activate');
		expect(await server.deactivate('activate')).toBe(true);
		expect((await found()).status).toBe('ok');
	});

	it('Nothing is noted while somebody tests the trigger in the editor', async () => {
		set({});
		server.mode = 'manual';
		await server.activate('manual');
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
		await server.settle();
		expect(logged).toContainEqual(WARNING);
		expect(world.credential.triggerParsesBody).toBeUndefined();
	});

	it('A workflow can be unpublished even if its credential is gone', async () => {
		set({});
		server.credentialIsDeleted = true;
		expect(await server.deactivate('activate')).toBe(true);
	});
});
