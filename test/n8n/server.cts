import { startBound } from './process.cts';
import { RunningN8n } from './runningN8n.cts';
import type { Ways } from './versions.cts';
import { waitFor } from './waitFor.cts';

const START_TIMEOUT_MS = 120_000;

interface ServerOptions {
	url: string;
	cwd: string;
	env: NodeJS.ProcessEnv;
	log?: (text: string) => void;
	ways: Ways;
}

/** Starts n8n's server, waits until it answers, and logs in as its owner. */
export async function startServer(
	node: string,
	args: string[],
	{ url, cwd, env, log, ways }: ServerOptions,
): Promise<RunningN8n> {
	let printed = '';
	const onOutput = (text: string) => {
		printed += text;
		log?.(text);
	};
	const server = startBound(node, args, { cwd, env, onOutput });
	const running = new RunningN8n(url, server, () => printed, ways);
	let hasEnded = false;
	void server.ended.then(() => (hasEnded = true));
	const isReady = async () => {
		if (hasEnded) throw new Error('n8n ended while it was starting');
		// n8n 1.x says that it is ready before its editor's API answers.
		for (const path of ['/healthz/readiness', '/rest/settings']) {
			const answer = await fetch(url + path).catch(() => null);
			if (!answer?.ok) return null;
		}
		return true;
	};
	try {
		await waitFor(isReady, { what: 'n8n to be ready', timeoutMs: START_TIMEOUT_MS });
		await running.logIn();
		return running;
	} catch (error) {
		await server.stop();
		const reason = error instanceof Error ? error.message : String(error);
		throw new Error(`${reason}. It printed:\n${printed.split('\n').slice(-40).join('\n')}`);
	}
}
