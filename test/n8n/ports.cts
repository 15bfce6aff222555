import { createServer } from 'node:net';

/** A free port of 127.0.0.1, the preferred one if possible. */
export async function freePort(preferred = 0): Promise<number> {
	return (await tryPort(preferred)) ?? (await freePort());
}

function tryPort(port: number): Promise<number | null> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(null));
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			const bound = typeof address === 'object' && address !== null ? address.port : null;
			server.close(() => resolve(bound));
		});
	});
}

/** So many different free ports. */
export async function freePorts(count: number): Promise<number[]> {
	const ports = new Set<number>();
	while (ports.size < count) ports.add(await freePort());
	return [...ports];
}
