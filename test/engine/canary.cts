import { ErrorReporter } from 'n8n-core';
import { LoggerProxy } from 'n8n-workflow';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';

import type { RunResult } from './engine.cts';

/** The copies of these packages that n8n-core uses. */
interface Parts {
	get<T>(part: abstract new (...values: never[]) => T): T;
	set(part: unknown, value: unknown): void;
}
const requireOfCore = createRequire(require.resolve('n8n-core'));
const { Container } = requireOfCore('@n8n/di') as { Container: Parts };
const { Logger } = requireOfCore('@n8n/backend-common') as { Logger: abstract new () => unknown };

/** Looks for secrets in everything that a run leaves behind. */
export class Canaries {
	/** The log of n8n and the nodes. */
	readonly logged: unknown[] = [];

	/** @param secrets texts that must not be found anywhere */
	constructor(public secrets: readonly string[] = []) {}

	private readonly loggerBefore = Container.get(Logger);

	/** Records what is logged from now on, until `unwatch`. */
	watch(): void {
		this.logged.length = 0;
		const note = (...values: unknown[]) => void this.logged.push(values);
		for (const method of ['error', 'warn', 'info', 'debug', 'log'] as const) {
			jest.spyOn(console, method).mockImplementation(note);
		}
		const logger = { error: note, warn: note, info: note, debug: note, scoped: () => logger };
		LoggerProxy.init(logger);
		Container.set(Logger, logger);
		// Keeps the whole arguments of each call.
		jest.spyOn(Container.get(ErrorReporter), 'error').mockImplementation(note);
	}

	unwatch(): void {
		jest.restoreAllMocks();
		Container.set(Logger, this.loggerBefore);
	}

	expectNone(...values: unknown[]): void {
		const text = [...values, ...this.logged].map(textOf).join('\n');
		for (const secret of this.secrets) {
			expect(text.includes(secret) ? `${secret} in ${around(text, secret)}` : '').toBe('');
			expect(text.includes(encodeURIComponent(secret))).toBe(false);
		}
	}

	/** Checks what n8n keeps and shows of a run, except the stored credential, which is encrypted. */
	expectClean(run: RunResult): void {
		this.expectNone(run.run, run.outputs, run.hints, run.error);
		const kept = JSON.stringify(run.run.data.resultData);
		expect(kept).toEqual(expect.stringContaining('Items'));
		for (const secret of this.secrets) expect(kept.includes(secret)).toBe(false);
	}
}

/** All text in a value, with non-enumerable fields, stacks and causes. */
export function textOf(value: unknown): string {
	const seen = new Set<unknown>();
	const parts = [inspect(value, { depth: 20, showHidden: true, maxStringLength: null })];
	const visit = (error: unknown): void => {
		if (typeof error !== 'object' || error === null || seen.has(error)) return;
		seen.add(error);
		for (const key of ['message', 'description', 'stack', 'cause', 'context', 'messages']) {
			const part = (error as Record<string, unknown>)[key];
			parts.push(typeof part === 'string' ? part : inspect(part, { depth: 20, showHidden: true }));
			visit(part);
		}
	};
	visit(value);
	return parts.join('\n');
}

const around = (text: string, part: string): string => {
	const at = text.indexOf(part);
	return text.slice(Math.max(0, at - 200), at + 100);
};
