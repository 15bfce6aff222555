import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Options } from './operation';
import { readerOf, type PathReader } from './plainPath';
import { isToolExecution } from './tool';
import { languageOf } from '../wechat/text';
import { switchOf } from '../wechat/values';

/** Reads Options for the run, from the first item; what is missing or cannot be read gets its default. */
export function readOptions(context: IExecuteFunctions): Options {
	const given = context.getNodeParameter('options', 0, {}) as IDataObject;
	return {
		checkBeforeLinking: switchOf(given.checkBeforeLinking) ?? false,
		includeDetails: switchOf(given.includeDetails) ?? false,
		includeEmail: given.includeEmail === true,
		includeInputFields: switchOf(given.includeInputFields) ?? true,
		hintLanguage: languageOf(given.hintLanguage),
		simplify: switchOf(given.simplify) ?? true,
		maxConcurrency: atLeastOne(given.maxConcurrency, 10),
		maxTries: atLeastOne(given.maxTries, 3),
		timeout: atLeastOne(given.timeout, 10_000),
	};
}

/** Why n8n gives no value of a parameter for an item: mostly an expression that finds nothing. */
export class UnreadableParameter extends Error {}

/**
 * Reads parameters by item: those without an expression once, plain paths from the item itself, and
 * the others through n8n. With thousands of items n8n's evaluation costs more than the calls.
 *
 * @returns a function that throws an UnreadableParameter where n8n throws
 */
export function parameterReader(
	context: IExecuteFunctions,
): (name: string, itemIndex: number) => unknown {
	const raw = context.getNode().parameters;
	// In a tool, $json is not what the node gets.
	const items = isToolExecution(context) ? [] : context.getInputData();
	const constants = new Map<string, unknown>();
	const readers = new Map<string, PathReader | undefined>();
	return (name, itemIndex) => {
		if (constants.has(name)) return constants.get(name);
		if (!readers.has(name)) readers.set(name, readerOf(valueOf(raw[name])));
		const plain = readers.get(name)?.(items[itemIndex]);
		if (plain !== undefined) return plain;
		const value = valueOf(readOrThrow(context, name, itemIndex));
		if (!holdsExpression(raw[name])) constants.set(name, value);
		return value;
	};
}

function readOrThrow(context: IExecuteFunctions, name: string, itemIndex: number): unknown {
	let thrown: unknown;
	try {
		return context.getNodeParameter(name, itemIndex, '');
	} catch (error) {
		thrown = error;
	}
	throw new UnreadableParameter(thrown instanceof Error ? thrown.message : String(thrown));
}

/** A resource locator's value in either mode, or the plain value of another parameter. */
function valueOf(parameter: unknown): unknown {
	return typeof parameter === 'object' && parameter !== null && '__rl' in parameter
		? (parameter as { value?: unknown }).value
		: parameter;
}

function holdsExpression(raw: unknown): boolean {
	return String(JSON.stringify(raw)).includes('"=');
}

function atLeastOne(value: unknown, fallback: number): number {
	const number = Math.floor(Number(value));
	return number >= 1 ? number : fallback;
}
