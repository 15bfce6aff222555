import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { readAppId } from '../wechat/appId';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { languageOf, type Language } from '../wechat/text';
import { switchOf, textFor } from '../wechat/values';
import { readerOf } from './plainPath';
import type { Subject } from './results';

/** The parameter Options, read once for a run; numbers are within their bounds. */
export interface Options {
	checkBeforeLinking: boolean;
	includeEmail: boolean;
	includeDetails: boolean;
	includeInputFields: boolean;
	simplify: boolean;
	/** The node's own choice; undefined if the language of the credential applies. */
	hintLanguage: Language | undefined;
	maxConcurrency: number;
	maxTries: number;
	timeout: number;
}

/** Reads Options from the first item. A missing or invalid option gets its default. */
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

/**
 * Whether an AI agent calls the node. n8n then replaces the node's outputs and reads only the first one.
 */
export function isToolExecution(context: IExecuteFunctions): boolean {
	return (
		(context.isToolExecution?.() ?? false) ||
		context.getNodeOutputs().some(({ type }) => type === 'ai_tool')
	);
}

/**
 * Thrown if n8n returns no value of a parameter for an item, mostly because an expression finds nothing.
 */
class UnreadableParameter extends Error {}

/**
 * Reads parameters for each item. A parameter without an expression is read once, a plain path is read from
 * the item itself, and n8n evaluates the rest: with thousands of items, its evaluation takes longer than
 * the calls.
 *
 * @returns a function that throws if n8n throws; `unreadable` explains that exception
 */
export function parameterReader(
	context: IExecuteFunctions,
): (name: string, itemIndex: number) => unknown {
	const raw = context.getNode().parameters;
	// In a tool, $json does not mean the node's input item.
	const items = isToolExecution(context) ? [] : context.getInputData();
	const constants = new Map<string, unknown>();
	const readers = new Map<string, ReturnType<typeof readerOf>>();
	return (name, itemIndex) => {
		if (constants.has(name)) return constants.get(name);
		if (!readers.has(name)) readers.set(name, readerOf(valueOf(raw[name])));
		const plain = readers.get(name)?.(items[itemIndex]);
		if (plain !== undefined) return plain;
		const value = valueOf(readOrThrow(context, name, itemIndex));
		if (!hasExpression(raw[name])) constants.set(name, value);
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

function hasExpression(raw: unknown): boolean {
	return String(JSON.stringify(raw)).includes('"=');
}

function atLeastOne(value: unknown, fallback: number): number {
	const number = Math.floor(Number(value));
	return number >= 1 ? number : fallback;
}

const LABELS = {
	miniProgramAppId: 'Mini Program',
	officialAccountAppId: 'Official Account',
} as const;

/**
 * Reads the ID that an item names, and puts it into the item's subject: as it is sent, or as it was given
 * if it cannot be sent.
 *
 * @param name of the parameter, and of the field in the results
 * @param acceptsOriginalId whether an original ID (gh_…) is also accepted
 * @returns the ID, or why it cannot be used
 */
export function readId(
	{ subject, parameter }: { subject: Subject; parameter: (name: string) => unknown },
	name: keyof typeof LABELS,
	acceptsOriginalId = false,
): string | Obstacle {
	let given: unknown;
	try {
		given = parameter(name);
	} catch (error) {
		return unreadable(error);
	}
	const id = readAppId(given, LABELS[name], acceptsOriginalId);
	subject[name] = isObstacle(id) ? textFor(given) || null : id;
	return id;
}

/**
 * The obstacle of an item with an unreadable parameter.
 *
 * @throws any other exception
 */
export function unreadable(thrown: unknown): Obstacle {
	if (!(thrown instanceof UnreadableParameter)) throw thrown;
	return {
		category: 'other',
		problem: `A parameter could not be read: ${thrown.message}`,
		hint: {
			en: "Check the expressions in the node's parameters: one of them returns nothing for this item.",
			'zh-CN': '请检查节点参数中的表达式：其中一个对该条目没有取到值。',
		},
		whoActs: 'operator',
	};
}
