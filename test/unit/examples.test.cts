import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, textOf } from './rooms.cts';

interface ExampleNode {
	type: string;
	typeVersion: number;
	parameters: Record<string, unknown>;
}

const examples = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.json'))
	.map((file) => `examples/${file}`);

const triggersIn = (file: string): ExampleNode[] => {
	const { nodes = [] } = JSON.parse(textOf(file)) as { nodes?: ExampleNode[] };
	return nodes.filter(({ type }) => type.endsWith('.weChatOpenPlatformTrigger'));
};

const withTrigger = examples.filter((file) => triggersIn(file).length > 0);

it('Several examples receive pushes', () => {
	expect(withTrigger.length).toBeGreaterThan(1);
});

it.each(withTrigger)(
	'The trigger in %s reads the body itself, without an option in the JSON',
	(file) => {
		for (const { typeVersion, parameters } of triggersIn(file)) {
			expect(typeVersion).toBe(1);
			expect(parameters).not.toHaveProperty('options');
		}
	},
);
