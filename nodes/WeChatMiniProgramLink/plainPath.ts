import type { INodeExecutionData } from 'n8n-workflow';

/** Reads a value from an item; undefined if n8n has to evaluate the expression. */
type PathReader = (item: INodeExecutionData | undefined) => Plain | undefined;

type Plain = string | number | boolean;

/** `.name`, `["any name"]`, `['any name']` or `[0]`. */
const STEP = String.raw`\.[\p{ID_Start}$_][\p{ID_Continue}$]*|\["[^"\\{}\p{Cc}\u2028\u2029]*"\]|\['[^'\\{}\p{Cc}\u2028\u2029]*'\]|\[(?:0|[1-9]\d{0,8})\]`;
const EXPRESSION = new RegExp(String.raw`^=\{\{\s*\$json((?:${STEP})+)\s*\}\}$`, 'u');

/** Names that n8n refuses to read; it refuses `constructor` also as part of a name. */
const REFUSED =
	/^(?:__.*|prototype|(?:get|set)PrototypeOf|(?:get|define).*Propert(?:y|ies).*|mainModule|binding|_linkedBinding|_load|prepareStackTrace|caller|callee|arguments|getBuiltinModule|dlopen|execve|loadEnvFile)$|constructor/;

/**
 * A reader for an expression that is only a path from `$json` to a value, such as
 * `={{ $json.merchant["app id"] }}`. n8n evaluates each expression in an isolate, which costs more than all
 * other work on an item.
 *
 * It reads strings, booleans and finite numbers that are own properties of plain objects and lists. n8n
 * evaluates the rest (a missing value, a date, a name that every object has): it treats each case
 * differently and has messages for them.
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

/** Reads a property without running a getter of the item. */
function ownValueOf(container: object, name: string): unknown {
	return Object.getOwnPropertyDescriptor(container, name)?.value;
}

function isReadable(value: unknown): value is Plain {
	return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
