import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
import { Host } from './faults/outages.cts';
import type { Settings } from './types.cts';
import { handleWechatCall } from './protocol/wechat.cts';
import { World } from './world.cts';

export interface SandboxOptions extends Partial<Settings> {
	/** Default: a free one. */
	port?: number;
	/** Default 127.0.0.1. */
	host?: string;
	/** A certificate and its key (PEM), to serve the same world over HTTPS, too, on another port. */
	tls?: { cert: string; key: string };
}

export interface Sandbox {
	/** For example `http://127.0.0.1:40123`; represents https://api.weixin.qq.com. */
	readonly url: string;
	/** The same world at a second address; represents https://api2.weixin.qq.com. */
	readonly secondUrl: string;
	/** The same world over HTTPS; null without a certificate. */
	readonly secureUrl: string | null;
	readonly controls: Controls;
	/** Stops at once, even if connections are open or answers are outstanding. */
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
	host: Host,
): Promise<void> {
	const url = request.url ?? '/';
	const path = url.split('?', 1)[0];
	if (url.startsWith(TOKEN_SERVICE_PREFIX)) handleTokenServiceCall(request, response, world);
	else if (url.startsWith(CONTROL_PREFIX)) await handleControlCall(request, response, run);
	else if (isAuthorizationPage(path)) await handleAuthorizationPage(request, response, world);
	else if (isPeoplePath(path)) await handlePeople(request, response, world, localControls(run));
	else if (!host.breaks(request, response)) {
		await handleWechatCall(request, response, world, host.name);
	}
}

/**
 * Starts a sandbox of its own in this process.
 *
 * @throws Error if the port is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { port = 0, host = '127.0.0.1', tls, ...settings } = options;
	const world = new World(settings);
	const run = runnerOf(operationsOn(world));
	const handle = (served: Host, request: IncomingMessage, response: ServerResponse) => {
		// The only remaining errors are connections that the client closed.
		dispatch(request, response, world, run, served).catch(() => response.destroy());
	};
	const first = new Host('first', host, createServer, handle);
	const second = new Host('second', host, createServer, handle);
	const secure =
		tls && new Host('first', host, (listener) => createSecureServer(tls, listener), handle);
	const hosts = [first, second, ...(secure ? [secure] : [])];
	world.outages.hosts.push(...hosts);
	const shownHost = host.includes(':') ? `[${host}]` : host;
	return {
		url: `http://${shownHost}:${await first.listen(port)}`,
		secondUrl: `http://${shownHost}:${await second.listen(0)}`,
		secureUrl: secure ? `https://${shownHost}:${await secure.listen(0)}` : null,
		controls: localControls(run),
		close: async () => {
			world.stop();
			await Promise.all(hosts.map(async (one) => await one.close()));
		},
	};
}
