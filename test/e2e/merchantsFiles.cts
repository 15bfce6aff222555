import type { INodeParameterResourceLocator } from 'n8n-workflow';

import { COLUMNS, sampleCsv, setFile, setNames } from '../n8n/merchantSet.cts';
import type { Merchants } from './merchantsWorld.cts';

const STICKY_NOTE = 'n8n-nodes-base.stickyNote';
const EXECUTE_WORKFLOW = 'n8n-nodes-base.executeWorkflow';
const DATA_TABLE = 'n8n-nodes-base.dataTable';
/** The size of a node on the canvas with its name below it. */
const NODE = { width: 96, height: 144 };

interface Box {
	name: string;
	x: number;
	y: number;
	width: number;
	height: number;
}

const overlap = (a: Box, b: Box): boolean =>
	a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Checks of each file that need no run. */
export function testFiles({ world }: Merchants): void {
	it.each(setNames())('The file %s has only nodes and versions that n8n knows', async (name) => {
		const types = await world.running.nodeTypes();
		for (const { type, typeVersion, name: node } of setFile(name).nodes) {
			const versions = types.filter((known) => known.name === type).flatMap((t) => t.version);
			expect({ node, versions }).toEqual({ node, versions: expect.arrayContaining([typeVersion]) });
		}
	});

	it.each(setNames())('The file %s has no credential, and its note says what to change', (name) => {
		const { nodes } = setFile(name);
		expect(nodes.filter(({ credentials }) => credentials)).toStrictEqual([]);
		const notes = nodes.filter(({ type }) => type === STICKY_NOTE);
		expect(notes[0].parameters.content).toContain('**Change here**');
		const named = /\*([A-Z][^*\n]+)\*/g;
		const texts = notes.map(({ parameters }) => String(parameters.content)).join('\n');
		const plain = texts.replaceAll(/\*\*[^*]+\*\*/g, '');
		const names = nodes.map((node) => node.name);
		for (const [, node] of plain.matchAll(named)) expect(names).toContain(node);
	});

	it.each(setNames())('The file %s uses only columns of the shared table', (name) => {
		for (const { type, parameters } of setFile(name).nodes) {
			if (type !== DATA_TABLE || parameters.resource === 'table') continue;
			expect(parameters.dataTableId).toMatchObject({ mode: 'name', value: 'WeChat merchants' });
			const { value } = (parameters.columns ?? {}) as { value?: object };
			expect([...Object.keys(COLUMNS), 'id']).toEqual(
				expect.arrayContaining(Object.keys(value ?? {})),
			);
		}
	});

	it.each(setNames())('The file %s calls only workflows of the set, by their names', (name) => {
		const calls = setFile(name).nodes.filter(({ type }) => type === EXECUTE_WORKFLOW);
		const called = calls.map(
			({ parameters }) => parameters.workflowId as INodeParameterResourceLocator,
		);
		const known = setNames().map((one) => ({ id: setFile(one).id, called: setFile(one).name }));
		for (const { value, cachedResultName } of called) {
			expect(known).toContainEqual({ id: value, called: cachedResultName });
		}
	});

	it('The workflow "table" creates exactly the columns of the shared table', () => {
		const { nodes } = setFile('table');
		const made = nodes.find(({ type }) => type === DATA_TABLE)?.parameters.columns as {
			column: Array<{ name: string; type: string }>;
		};
		expect(made.column.map(({ name, type }) => [name, type])).toEqual(Object.entries(COLUMNS));
	});

	it('The sample for Import CSV has only columns of the shared table', () => {
		const [head, ...lines] = sampleCsv().trim().split('\n');
		expect(Object.keys(COLUMNS)).toEqual(expect.arrayContaining(head.split(',')));
		expect(lines.length).toBeGreaterThan(1);
	});

	it.each(setNames())('On the canvas of %s, nothing covers anything else', (name) => {
		const { nodes } = setFile(name);
		const boxes = nodes.map(({ name: node, position: [x, y], type, parameters }): Box => {
			if (type !== STICKY_NOTE) return { name: node, x, y, ...NODE };
			return {
				name: node,
				x,
				y,
				width: Number(parameters.width),
				height: Number(parameters.height),
			};
		});
		const notes = new Set(nodes.filter(({ type }) => type === STICKY_NOTE).map((n) => n.name));
		const pairs = boxes.flatMap((a, i) =>
			boxes
				.slice(i + 1)
				.filter((b) => notes.has(a.name) === notes.has(b.name) && overlap(a, b))
				.map((b) => `${a.name} and ${b.name}`),
		);
		expect(pairs).toStrictEqual([]);
	});
}
