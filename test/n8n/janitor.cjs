/**
 * Removes a folder once the process that started this one is gone, however it went. Those who write
 * to the folder end at the same moment, so it tries a few times.
 */
const { rmSync } = require('node:fs');
const { Socket } = require('node:net');

const TRIES = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };

const lifeline = new Socket({ fd: 3, readable: true, writable: false });
lifeline.on('error', () => undefined);
lifeline.on('close', () => rmSync(process.argv[2], TRIES));
lifeline.resume();
