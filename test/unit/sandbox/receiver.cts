import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine to which the local WeChat pushes. */
export class Receiver {
	private readonly server;

	constructor(receive: RequestListener) {
		this.server = createServer(receive);
	}

	async start(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	url(path: string): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}
}
