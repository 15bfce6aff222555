import { dirname, join } from 'node:path';

/** Root of the project. */
export const projectDirectory = dirname(dirname(__dirname));

/** Where everything lies that can be made again: packed packages, n8n's user folders. */
export const cacheDirectory = join(projectDirectory, '.cache');

/** The private package whose dependencies are n8n and a Node.js for it. */
export const n8nPackageDirectory = __dirname;
