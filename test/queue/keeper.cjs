/**
 * Runs a command other than Node.js in the process group that end-with-parent.cjs ends, as another
 * user if one is given. Arguments: user id and group id or two dashes, then the command.
 */
const { spawn } = require('node:child_process');

const [uid, gid, command, ...args] = process.argv.slice(2);
const user = uid === '-' ? {} : { uid: Number(uid), gid: Number(gid) };
const child = spawn(command, args, { stdio: 'inherit', ...user });

child.once('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
child.once('exit', (code) => process.exit(code ?? 1));
// At this signal, Redis and PostgreSQL write everything to disk before they end.
process.on('SIGTERM', () => child.kill('SIGINT'));
