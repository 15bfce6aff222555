/**
 * Preloaded into every n8n process. Descriptor 3 is a pipe from the process that started it, and closes
 * when that process ends for any reason. The whole group then ends, because n8n starts a task runner.
 */
const { Socket } = require('node:net');

const lifeline = new Socket({ fd: 3, readable: true, writable: false });
lifeline.on('error', () => undefined);
lifeline.on('close', () => process.kill(-process.pid, 'SIGKILL'));
lifeline.resume();
lifeline.unref();
