import { dirname, join } from 'node:path';
import type { N8nVersion } from './versions.cts';

/** Root of the project. */
export const projectDirectory = dirname(dirname(__dirname));

/** The folder for everything that can be created again: packed packages, n8n's user folders. */
export const cacheDirectory = join(projectDirectory, '.cache');

/** The folder of a package.json that depends on one n8n and a Node.js for it. */
export const n8nPackageDirectory = (version: N8nVersion): string =>
	join(__dirname, 'versions', version);

/**
 * Where that package is installed. Not beside the tests, whose imports would then find n8n's versions of
 * playwright-core, n8n-workflow and others before the project's own.
 */
export const n8nInstallDirectory = (version: N8nVersion): string =>
	join(cacheDirectory, `n8n-server-${version}`);
