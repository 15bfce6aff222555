import type { INodeExecutionData } from 'n8n-workflow';

/** Reads a value from an item; undefined where only n8n can tell what the value is. */
export type PathReader = (item: INodeExecutionData | undefined) => Plain | undefined;

type Plain = string | number | boolean;

/** `.name`, `["any name"]`, `['any name']` or `[0]`. */
const STEP = String.raw`\.[\p{ID_Start}$_][\p{ID_Continue}$]*|\["[^"\\{}\p{Cc}\u2028\u2029]*"\]|\['[^'\\{}\p{Cc}\u2028\u2029]*'\]|\[(?:0|[1-9]\d{0,8})\]`;
const EXPRESSION = new RegExp(String.raw`^=\{\{\s*\$json((?:${STEP})+)\s*\}\}$`, 'u');

/** What n8n refuses to read from anything, by name; `constructor` it refuses within names, too. */
const REFUSED =
	/^(?:__.*|prototype|(?:get|set)PrototypeOf|(?:get|define).*Propert(?:y|ies).*|mainModule|binding|_linkedBinding|_load|prepareStackTrace|caller|callee|arguments|getBuiltinModule|dlopen|execve|loadEnvFile)$|constructor/;

/**
 * A reader for an expression that is nothing but a path from `$json` to a value, such as
 * `={{ $json.merchant["app id"] }}`. n8n evaluates each expression in an isolate, which costs more than
 * all else that this node does for an item.
 *
 * It gives strings, booleans and finite numbers that stand in plain objects and lists under names of
 * their own. For whatever else (nothing there, a date, a name that every object has) n8n is to be
 * asked, which has its own way with each, and its own message.
 *
 * @returns undefined for any other parameter
 */
export function readerOf(parameter: unknown): PathReader | undefined {
	const path = EXPRESSION.exec(String(parameter))?.[1];
	if (path === undefined) return undefined;
	const names = [...path.matchAll(new RegExp(STEP, 'gu'))].map(([step]) => nameOf(step));
	if (names.some((name) => REFUSED.test(name) || name in Object.prototype)) return undefined;
	return (item) => {
		let value: unknown = item?.json;
		for (const name of names) value = isPlain(value) ? ownValueOf(value, name) : undefined;
		return isReadable(value) ? value : undefined;
	};
}

function nameOf(step: string): string {
	if (step.startsWith('.')) return step.slice(1);
	const within = step.slice(1, -1);
	return /["']/.test(within) ? within.slice(1, -1) : within;
}

function isPlain(value: unknown): value is object {
	if (typeof value !== 'object' || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

/** Runs no code of the item's. */
function ownValueOf(container: object, name: string): unknown {
	return Object.getOwnPropertyDescriptor(container, name)?.value;
}

function isReadable(value: unknown): value is Plain {
	return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
