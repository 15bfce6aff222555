import { delimiter, dirname } from 'node:path';

/** Settings of the machine that would change what n8n does or where it keeps its data. */
const NOT_INHERITED = /^(N8N_|DB_|EXECUTIONS_|QUEUE_|NODES_|GENERIC_|NODE_ENV$|NODE_OPTIONS$)/;

/** Settings of an n8n that sends nothing out and asks the user nothing. */
const QUIET: Record<string, string> = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_PYTHON_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	// The browser of a test uses http.
	N8N_SECURE_COOKIE: 'false',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
};

/** The environment for every n8n process of one user folder. */
export function n8nEnvironment(
	node: string,
	userFolder: string,
	encryptionKey: string,
	settings: Record<string, string>,
): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
	return {
		...Object.fromEntries(inherited),
		...QUIET,
		// n8n starts its task runner with the first `node` of the path.
		PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: encryptionKey,
		...settings,
	};
}
