import type { IPollFunctions } from 'n8n-workflow';

import { KIND_NAMES, type OtherKind } from '../wechat/accountKind';
import { isAppId } from '../wechat/appId';
import type { Obstacle } from '../wechat/obstacle';
import type { Text } from '../wechat/text';
import { cut, givenText } from '../wechat/values';

/** What the parameter Official Account Names or IDs holds. */
export interface Selection {
	/** Each once, in lower case. */
	appIds: string[];
	/** Entries that are no appids. */
	others: string[];
}

/** Entries of a parameter that a message names; the others are counted. */
const NAMED = 5;

/** A list, or what an expression gives in its place: a text whose entries are separated. */
export function listOf(value: unknown): string[] {
	const values: unknown[] = Array.isArray(value) ? value : [value];
	return values.flatMap((one) =>
		givenText(one)
			.split(/[\s,，、]/)
			.filter(Boolean),
	);
}

/** Reads the accounts that were selected, by hand or by an expression. */
export function readSelection(value: unknown): Selection {
	const entries = [...new Set(listOf(value).map((entry) => entry.toLowerCase()))];
	const isOther = (entry: string) => !isAppId(entry);
	return {
		appIds: entries.filter((entry) => !isOther(entry)),
		others: entries.filter(isOther),
	};
}

/** What keeps a trigger from watching anything, undefined where an account was selected. */
export function obstacleOfSelection({ appIds, others }: Selection): Obstacle | undefined {
	if (appIds.length > 0) return undefined;
	return unusable(
		others.length === 0 ? 'Official Account Names or IDs is empty' : describeOthers(others),
	);
}

/** The obstacle if every selected account is of another kind. */
export function obstacleOfKinds(kinds: ReadonlyMap<string, OtherKind>): Obstacle {
	return unusable(describeKinds(kinds));
}

/** What was said of the selection of a trigger that is published. */
const SAID = new WeakMap<IPollFunctions, string>();

/**
 * Names in the log what is watched in vain beside other accounts, once for each publication.
 *
 * @param kinds the selected accounts that are of another kind
 */
export function warnOfSelection(
	context: IPollFunctions,
	{ others }: Selection,
	kinds: ReadonlyMap<string, OtherKind>,
): void {
	const texts = [
		...(others.length > 0 ? [describeOthers(others)] : []),
		...(kinds.size > 0 ? [describeKinds(kinds)] : []),
	];
	const text = texts.join('. ');
	if (text !== '' && SAID.get(context) !== text) {
		context.logger.warn(`${text}. The other accounts are watched.`);
	}
	SAID.set(context, text);
}

function describeOthers(others: readonly string[]): string {
	const quoted = others.map((entry) => `"${cut(entry, 40)}"`);
	return `Official Account Names or IDs holds what is no appid: ${some(quoted)}`;
}

function describeKinds(kinds: ReadonlyMap<string, OtherKind>): string {
	const named = [...kinds].map(([appId, kind]) => `${appId} is ${KIND_NAMES[kind].en}`);
	return `Official Account Names or IDs holds what is no Official Account: ${some(named)}`;
}

function some(texts: readonly string[]): string {
	const more = texts.length - NAMED;
	return texts.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const SELECT: Text = {
	en: 'In Official Account Names or IDs choose accounts, or give their appids ("wx" and 16 characters of 0-9 and a-f), separated by commas. If it holds an expression, check what that gives. Or set Watch to All Official Accounts.',
	'zh-CN':
		'请在 Official Account Names or IDs 中选择公众号，或填写 appid（"wx" 加 16 个字符，0-9 和 a-f），以逗号分隔。如果其中是表达式，请检查其结果。也可以将 Watch 设为 All Official Accounts。',
};

function unusable(problem: string): Obstacle {
	return { category: 'other', problem, hint: SELECT, whoActs: 'operator' };
}
