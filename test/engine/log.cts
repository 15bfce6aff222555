import { HookContext } from 'n8n-core';

/** What n8n logged so far, one `level: message` each; debug is off. */
export const logged: string[] = [];

// All contexts share one logger, which n8n-core gives out in no other way.
const nothing = [{}, {}, {}, 'internal', 'init'] as unknown as ConstructorParameters<
	typeof HookContext
>;
const { logger } = new HookContext(...nothing);
for (const level of ['error', 'warn', 'info'] as const) {
	logger[level] = (message) => void logged.push(`${level}: ${message}`);
}
