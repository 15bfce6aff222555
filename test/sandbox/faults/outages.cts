import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { HostName, Outage } from '../types.cts';

/** Longer than clients keep idle connections, so that no request finds its connection closed. */
const KEEP_ALIVE_MS = 65_000;

/** One of the two addresses of WeChat's API, which can have an outage. */
export class Host {
	private outage: Outage | null = null;

	private port = 0;

	private readonly server: Server;

	/**
	 * @param address to listen on
	 * @param create creates its HTTP or HTTPS server
	 */
	constructor(
		readonly name: HostName,
		private readonly address: string,
		create: (listener: RequestListener) => Server,
		handle: (host: Host, request: IncomingMessage, response: ServerResponse) => void,
	) {
		this.server = create((request, response) => handle(this, request, response));
		this.server.keepAliveTimeout = KEEP_ALIVE_MS;
	}

	/**
	 * Starts to listen.
	 *
	 * @param port 0 for a free one
	 * @throws Error if the port is taken
	 */
	async listen(port: number): Promise<number> {
		const { server, address } = this;
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, address, () => {
				server.removeListener('error', reject);
				resolve();
			});
		});
		const bound = server.address();
		if (bound === null || typeof bound === 'string') throw new Error('no TCP address');
		this.port = bound.port;
		return this.port;
	}

	/** Stops listening, and ends calls under way. */
	async close(): Promise<void> {
		if (!this.server.listening) return;
		await new Promise<void>((resolve, reject) => {
			this.server.close((error) => (error ? reject(error) : resolve()));
			this.server.closeAllConnections();
		});
	}

	/** @param outage null to end it */
	async set(outage: Outage | null): Promise<void> {
		const wasClosed = this.outage === 'refuses';
		this.outage = outage;
		if (outage === 'refuses') await this.close();
		else if (wasClosed) await this.listen(this.port);
	}

	/** @returns whether the outage has handled the call */
	breaks(request: IncomingMessage, response: ServerResponse): boolean {
		if (this.outage === null) return false;
		if (this.outage === 'page') {
			response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Welcome</html>');
		}
		if (this.outage === 'resets') request.socket.resetAndDestroy();
		return true;
	}
}

/** The addresses of a world, for the controls. */
export class Outages {
	readonly hosts: Host[] = [];

	/** @param outage null to end it */
	async set(name: HostName, outage: Outage | null): Promise<void> {
		for (const host of this.hosts) if (host.name === name) await host.set(outage);
	}

	/** Ends all outages. */
	async end(): Promise<void> {
		for (const host of this.hosts) await host.set(null);
	}
}
