import type { INodeParameters } from 'n8n-workflow';

import { logged } from './log.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);

/** What a trigger's JSON may hold as `options`. */
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

describe('a trigger whose JSON leaves the body to the node', () => {
	it.each(SOUND)('has nothing to tell: options %j', async (options) => {
		set(options);
		await server.activate('activate');
		await world.controls.pushTicket();
		await server.settle();
		expect(logged).not.toContainEqual(WARNING);
		expect(world.credential.triggerParsesBody).toBeUndefined();
		expect(await found()).toMatchObject({ status: 'ok', hint: 'There is nothing to do.' });
	});
});

describe('a trigger whose JSON has n8n parse the body', () => {
	it.each(UNSOUND)(
		'tells it in the log and in Check Setup once published: options %j',
		async (options) => {
			set(options);
			expect(await server.activate('activate')).toBe(true);
			expect(logged).toContainEqual(WARNING);
			expect(await found()).toMatchObject({
				status: 'attention',
				detail: 'n8n parses what comes to the trigger of 1 workflow: test',
				hint: expect.stringContaining('Delete the trigger'),
			});
		},
	);

	it.each(UNSOUND)(
		'takes pushes all the same, and notes it with each: options %j',
		async (options) => {
			set(options, { triggerOn: ['ticket'] });
			expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
			await server.settle();
			expect(server.items).toHaveLength(1);
			expect((await found()).status).toBe('attention');
		},
	);

	it('notes it also with a push that comes again', async () => {
		await world.controls.withdraw(OA);
		const [{ sequence }] = await world.controls.pushes({ infoType: 'unauthorized' });
		set({});
		await world.controls.pushRaw({ replayOf: sequence });
		await server.settle();
		expect((await found()).status).toBe('attention');
	});

	it('is written down once, and not with each push', async () => {
		set({});
		await server.activate('activate');
		const { writes } = world.table;
		await world.controls.pushTicket();
		await world.controls.pushTicket();
		await server.settle();
		expect(world.table.writes - writes).toBe(2);
	});

	it('is no longer named once the workflow has another one', async () => {
		set({});
		await server.activate('activate');
		server.nodeId = 'another';
		set(undefined);
		await server.activate('activate');
		expect((await found()).status).toBe('ok');
	});

	it('is no longer named once a push has come to another one', async () => {
		set({});
		await server.activate('activate');
		set(undefined);
		await world.controls.pushTicket();
		await server.settle();
		expect((await found()).status).toBe('ok');
	});

	it('is no longer named once the workflow is unpublished', async () => {
		set({});
		await server.activate('activate');
		expect(await server.deactivate('activate')).toBe(true);
		expect((await found()).status).toBe('ok');
	});

	it('notes nothing while somebody tests it in the editor', async () => {
		set({});
		server.mode = 'manual';
		await server.activate('manual');
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
		await server.settle();
		expect(logged).toContainEqual(WARNING);
		expect(world.credential.triggerParsesBody).toBeUndefined();
	});

	it('is unpublished also where its credential is gone', async () => {
		set({});
		server.credentialIsDeleted = true;
		expect(await server.deactivate('activate')).toBe(true);
	});
});
