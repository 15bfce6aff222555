import { createConnection } from 'node:net';
import { OWN_USER, Service } from './service.cts';

const ANSWER_TIMEOUT_MS = 1000;

/** A Redis server for the tests, which keeps its data during a stop. */
export function redisIn(directory: string, port: number): Service {
	const settings = { port, bind: '127.0.0.1', dir: directory, appendonly: 'yes' };
	const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
	return new Service({
		name: 'Redis',
		cwd: directory,
		user: OWN_USER,
		command: ['redis-server', ...args],
		isReady: () => pings(port),
	});
}

function pings(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createConnection({ port, host: '127.0.0.1' });
		const end = (answer: boolean) => {
			socket.destroy();
			resolve(answer);
		};
		socket.setTimeout(ANSWER_TIMEOUT_MS, () => end(false));
		socket.once('error', () => end(false));
		socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
		socket.write('PING\r\n');
	});
}
