import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory } from './paths.cts';
import type { Workflow } from './types.cts';

/** A workflow of the folder examples, with the id of its credential. */
export function exampleWorkflow(name: string, credentialId: string): Workflow & { id: string } {
	const file = join(projectDirectory, 'examples', `${name}.json`);
	const workflow = JSON.parse(readFileSync(file, 'utf8')) as Workflow & { id: string };
	for (const { credentials } of workflow.nodes) {
		for (const reference of Object.values(credentials ?? {})) reference.id = credentialId;
	}
	return workflow;
}
