import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { handleAuthorizationPage, isAuthorizationPage } from './people/authorizationPage.cts';
import { checkArguments } from './controls/controlArguments.cts';
import { CONTROL_PREFIX, handleControlCall } from './controls/controlHttp.cts';
import type { RunControl } from './controls/controlHttp.cts';
import { controlsOver } from './controls/controls.cts';
import type {
	CallControl,
	ControlName,
	Controls,
	Operations,
	Result,
} from './controls/controls.cts';
import { operationsOn } from './controls/operations.cts';
import { handlePeople, isPeoplePath } from './people/people.cts';
import { handleTokenServiceCall, TOKEN_SERVICE_PREFIX } from './controls/tokenService.cts';
import type { Settings } from './types.cts';
import { handleWechatCall } from './protocol/wechat.cts';
import { World } from './world.cts';

/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 65_000;

export interface SandboxOptions extends Partial<Settings> {
	/** Default: a free one. */
	port?: number;
	/** Default 127.0.0.1. */
	host?: string;
	/** A certificate and its key (PEM): the same world over HTTPS as well, on a port of its own. */
	tls?: { cert: string; key: string };
}

export interface Sandbox {
	/** For example `http://127.0.0.1:40123`; stands for https://api.weixin.qq.com. */
	readonly url: string;
	/** The same world over HTTPS; null without a certificate. */
	readonly secureUrl: string | null;
	readonly controls: Controls;
	/** Stops at once, also when connections are open or answers are outstanding. */
	close(): Promise<void>;
}

function runnerOf(operations: Operations): RunControl {
	return (name, args) => {
		const operation = operations[name] as (...checked: unknown[]) => unknown;
		return operation(...checkArguments<ControlName>(name, args));
	};
}

function localControls(run: RunControl): Controls {
	const call: CallControl = async (name, args) => run(name, args) as Result<typeof name>;
	return controlsOver(call);
}

async function dispatch(
	request: IncomingMessage,
	response: ServerResponse,
	world: World,
	run: RunControl,
): Promise<void> {
	const url = request.url ?? '/';
	const path = url.split('?', 1)[0];
	if (url.startsWith(TOKEN_SERVICE_PREFIX)) handleTokenServiceCall(request, response, world);
	else if (url.startsWith(CONTROL_PREFIX)) await handleControlCall(request, response, run);
	else if (isAuthorizationPage(path)) await handleAuthorizationPage(request, response, world);
	else if (isPeoplePath(path)) await handlePeople(request, response, world, localControls(run));
	else await handleWechatCall(request, response, world);
}

function listen(server: Server, port: number, host: string): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.removeListener('error', reject);
			const address = server.address();
			if (address === null || typeof address === 'string') reject(new Error('no TCP address'));
			else resolve(address.port);
		});
	});
}

function close(server: Server): Promise<void> {
	return new Promise((resolve, reject) => {
		server.close((error) => (error ? reject(error) : resolve()));
		server.closeAllConnections();
	});
}

/**
 * Starts a sandbox of its own in this process.
 *
 * @throws Error when the port is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { port = 0, host = '127.0.0.1', tls, ...settings } = options;
	const world = new World(settings);
	const run = runnerOf(operationsOn(world));
	const handle = (request: IncomingMessage, response: ServerResponse) => {
		// The only errors left are connections that the client closed.
		dispatch(request, response, world, run).catch(() => response.destroy());
	};
	const servers = [createServer(handle), ...(tls ? [createSecureServer(tls, handle)] : [])];
	for (const server of servers) server.keepAliveTimeout = KEEP_ALIVE_MS;
	const shownHost = host.includes(':') ? `[${host}]` : host;
	const boundPort = await listen(servers[0], port, host);
	return {
		url: `http://${shownHost}:${boundPort}`,
		secureUrl: tls ? `https://${shownHost}:${await listen(servers[1], 0, host)}` : null,
		controls: localControls(run),
		close: async () => {
			world.stop();
			await Promise.all(servers.map(close));
		},
	};
}
