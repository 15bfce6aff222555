import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectDirectory } from '../../test/n8n/paths.cts';
import { N8N_VERSIONS, NEWEST } from '../../test/n8n/versions.cts';

/** What the repository has now, to hold the data against. */
export interface Facts {
	/** Releases of n8n that the tests can run, and the one that everything runs. */
	n8nVersions: readonly string[];
	newest: string;
	/** n8n's packages that the engine tests run in. */
	engine: Record<string, string>;
	/** Sources that Stryker changes. */
	sources: string[];
	tests: string[];
	/** The commands of `npm run lint`. */
	lintSteps: string[];
	/** Undetected mutants that are named with a reason. */
	named: number;
}

interface Manifest {
	version: string;
	scripts: Record<string, string>;
	devDependencies: Record<string, string>;
}

const SURVIVORS = join('test', 'mutation', 'survivors.json');

const textOf = (file: string) => readFileSync(join(projectDirectory, file), 'utf8');

export const manifest = (): Manifest => JSON.parse(textOf('package.json')) as Manifest;

/** @returns paths from the project's root, with slashes */
function filesIn(folder: string, end: string): string[] {
	return readdirSync(join(projectDirectory, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith(end))
		.map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
		.sort();
}

/** All but the check of the proof, which comes after them. */
export function lintSteps(): string[] {
	const steps = manifest().scripts.lint.split(' && ');
	return steps.filter((step) => !step.includes('scripts/proof.cts'));
}

export function engineVersions(): Record<string, string> {
	const { devDependencies } = manifest();
	const names = ['n8n-core', 'n8n-workflow'];
	return Object.fromEntries(names.map((name) => [name, devDependencies[name]]));
}

/** The list of survivors has an entry for each. */
export function namedSurvivors(): number {
	if (!existsSync(join(projectDirectory, SURVIVORS))) return 0;
	return (JSON.parse(textOf(SURVIVORS)) as unknown[]).length;
}

export function readFacts(): Facts {
	return {
		n8nVersions: N8N_VERSIONS,
		newest: NEWEST,
		engine: engineVersions(),
		sources: ['credentials', 'nodes'].flatMap((folder) => filesIn(folder, '.ts')),
		tests: filesIn('test', '.test.cts'),
		lintSteps: lintSteps(),
		named: namedSurvivors(),
	};
}
