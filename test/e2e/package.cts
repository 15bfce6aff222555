import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ICredentialType, INodeTypeDescription } from 'n8n-workflow';

import { packageFolderOf } from '../n8n/packageFolder.cts';
import { ROOMS } from '../unit/rooms.cts';
import { CREDENTIAL_TYPE, NODE_TYPE, TRIGGER_TYPE } from './workflows.cts';
import type { World } from './world.cts';

/** What n8n loads from the packed package. */
export function testPackage(world: World): void {
	let nodeTypes: INodeTypeDescription[];

	beforeAll(async () => {
		nodeTypes = await world.running.nodeTypes();
	});

	const find = (name: string): INodeTypeDescription => {
		const found = nodeTypes.find((type) => type.name === name);
		if (!found) throw new Error(`n8n does not know ${name}`);
		return found;
	};
	const fetchText = async (path: string) => {
		const answer = await fetch(`${world.running.url}/${path}`);
		return `${answer.status} ${await answer.text()}`;
	};

	it('n8n offers a node, two triggers, and a tool that returns everything to its agent', () => {
		const names = nodeTypes
			.map(({ name }) => name)
			.filter((name) => name.startsWith('n8n-nodes-wechat'));
		expect(names.sort()).toEqual([
			NODE_TYPE,
			`${NODE_TYPE}Tool`,
			`${NODE_TYPE}Trigger`,
			TRIGGER_TYPE,
		]);
		expect(find(`${NODE_TYPE}Tool`).outputs).toEqual(['ai_tool']);
	});

	it('A reviewer can read the published code: one file for each source folder, with its names and comments', () => {
		const [packageName] = NODE_TYPE.split('.');
		const dist = join(packageFolderOf(world.userFolder), 'node_modules', packageName, 'dist');
		const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
			file.endsWith('.js'),
		);
		const rooms = ROOMS.flat().map((room) => basename(room));
		for (const file of files) {
			const [folder, name] = file.split('/');
			if (folder === 'start' || folder === 'run') expect(rooms).toContain(basename(name, '.js'));
			else expect(['credentials', 'libraries', 'nodes']).toContain(folder);
			const code = readFileSync(join(dist, file), 'utf8');
			expect(Math.max(...code.split('\n').map((line) => line.length))).toBeLessThan(1000);
			if (folder === 'libraries') expect(code).toMatch(/^\/\*![^*]*Copyright/);
		}
		const tokens = readFileSync(join(dist, 'run', 'tokens.js'), 'utf8');
		expect(tokens).toContain('/** The tokens in this process');
		expect(tokens).toContain('class TokenCache');
	});

	it('The credential has icons and serves only the nodes of the package', async () => {
		const types = await world.running.rest.get<ICredentialType[]>('/types/credentials.json');
		const credential = types.find(({ name }) => name === CREDENTIAL_TYPE);
		expect(credential).toMatchObject({
			displayName: 'WeChat Authorizer Token API',
			restrictToSupportedNodes: true,
		});
		expect(credential?.supportedNodes).toEqual([NODE_TYPE, `${NODE_TYPE}Trigger`]);
		const { light, dark } = credential?.iconUrl as { light: string; dark: string };
		for (const path of [light, dark]) expect(await fetchText(path)).toMatch(/^200 <svg /);
	});

	it('The node has different icons for light and dark screens', async () => {
		const { iconUrl } = find(NODE_TYPE);
		const { light, dark } = iconUrl as { light: string; dark: string };
		const [bright, night] = [await fetchText(light), await fetchText(dark)];
		expect(bright).toMatch(/^200 <svg /);
		expect(night).toMatch(/^200 <svg /);
		expect(night).not.toBe(bright);
	});

	it.each([
		['link', 'hint'],
		['unlink', 'hint'],
		['getStatus', 'linkStatus'],
		['getMany', 'outcome'],
	])('n8n previews the output of %s before the first run', async (operation, field) => {
		const path = `schemas/${NODE_TYPE}/1.0.0/miniProgramLink/${operation}.json`;
		const [status, ...text] = (await fetchText(path)).split(' ');
		expect(status).toBe('200');
		const schema = JSON.parse(text.join(' ')) as { properties: object };
		expect(Object.keys(schema.properties)).toContain(field);
	});
}
