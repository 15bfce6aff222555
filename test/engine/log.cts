import { HookContext } from 'n8n-core';

/** n8n's log so far, as `level: message`, without debug messages. */
export const logged: string[] = [];

// All contexts share one logger, and n8n-core has no other way to get it.
const nothing = [{}, {}, {}, 'internal', 'init'] as unknown as ConstructorParameters<
	typeof HookContext
>;
const { logger } = new HookContext(...nothing);
for (const level of ['error', 'warn', 'info'] as const) {
	logger[level] = (message) => void logged.push(`${level}: ${message}`);
}
