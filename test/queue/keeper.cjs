/**
 * Runs a command that is no Node.js program, under another user where one is given, in the group
 * that end-with-parent.cjs ends. Arguments: user id and group id or two dashes, then the command.
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
// The signal with which Redis and PostgreSQL put everything down before they end.
process.on('SIGTERM', () => child.kill('SIGINT'));
