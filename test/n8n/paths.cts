import { dirname, join } from 'node:path';

/** Root of the project. */
export const projectDirectory = dirname(dirname(__dirname));

/** Where everything lies that can be made again: packed packages, n8n's user folders. */
export const cacheDirectory = join(projectDirectory, '.cache');

/** Holds the package.json whose dependencies are n8n and a Node.js for it. */
export const n8nPackageDirectory = __dirname;

/**
 * Where that package is installed. Not beside the tests: their imports would find n8n's versions of
 * playwright-core, n8n-workflow and others before the project's own.
 */
export const n8nInstallDirectory = join(cacheDirectory, 'n8n-server');
