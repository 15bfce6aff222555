/** `npm run mutate -- nodes/tokens nodes/wechat/reply.ts`: mutation tests of files and folders, or of all. */
import { spawnSync } from 'node:child_process';

const patterns = process.argv
	.slice(2)
	.map((path) => (path.endsWith('.ts') ? path : `${path.replace(/\/$/, '')}/**/*.ts`));
const args = patterns.length > 0 ? ['--mutate', patterns.join(',')] : [];
const { status } = spawnSync('npx', ['stryker', 'run', ...args], {
	stdio: 'inherit',
	shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
