/**
 * Preloaded into every n8n process: descriptor 3 is a pipe from the process that started it, and it
 * closes when that process is gone, however it went. The whole group goes with it, since n8n starts
 * a task runner of its own.
 */
const { Socket } = require('node:net');

const lifeline = new Socket({ fd: 3, readable: true, writable: false });
lifeline.on('error', () => undefined);
lifeline.on('close', () => process.kill(-process.pid, 'SIGKILL'));
lifeline.resume();
lifeline.unref();
