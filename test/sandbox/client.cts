import { CONTROL_PREFIX } from './controls/controlHttp.cts';
import { controlsOver } from './controls/controls.cts';
import type { CallControl, Controls, Result } from './controls/controls.cts';

function errorText(body: unknown): string {
	if (typeof body === 'object' && body !== null && 'error' in body) return String(body.error);
	return 'the sandbox refused the control';
}

/**
 * The controls of a sandbox in another process.
 *
 * @param url for example `http://127.0.0.1:40123`
 */
export function connectSandbox(url: string): Controls {
	const call: CallControl = async (name, args) => {
		const response = await fetch(url.replace(/\/$/, '') + CONTROL_PREFIX + name, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			// An omitted argument must not arrive as null.
			body: JSON.stringify(args.filter((argument) => argument !== undefined)),
		});
		const body: unknown = await response.json();
		if (!response.ok) throw new Error(errorText(body));
		return body as Result<typeof name>;
	};
	return controlsOver(call);
}
