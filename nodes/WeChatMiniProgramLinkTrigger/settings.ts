import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { KIND_NAMES, type OtherKind } from '../wechat/accountKind';
import { isAppId } from '../wechat/appId';
import type { Obstacle } from '../wechat/obstacle';
import { languageOf, readLanguage, type Language, type Text } from '../wechat/text';
import { cut, givenText } from '../wechat/values';

/** The trigger's parameters. */
export interface Settings {
	isPlatform: boolean;
	/** Undefined if the trigger watches all accounts of the platform, or one account by its token. */
	selected: Selection | undefined;
	triggerOn: ReadonlySet<string>;
	waitingDays: number;
	maxConcurrency: number;
	/** In minutes. */
	quietInterval: number;
	language: Language;
	/** Whether the node sets the language; otherwise the credential does. */
	isLanguageChosen: boolean;
}

/** The value of the parameter Official Account Names or IDs. */
interface Selection {
	/** Without duplicates, in lower case. */
	appIds: string[];
	/** Entries that are not appids. */
	others: string[];
}

/** Entries that a message names; it counts the rest. */
const NAMED = 5;

/** Reads the parameters; an invalid number is replaced by the default. */
export function readSettings(context: IPollFunctions): Settings {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const isPlatform =
		context.getNodeParameter('authentication', 'authorizerToken') === 'openPlatform';
	const isAll = context.getNodeParameter('watch', 'all') === 'all';
	return {
		isPlatform,
		selected:
			isPlatform && !isAll
				? readSelection(context.getNodeParameter('officialAccounts', []))
				: undefined,
		triggerOn: new Set(listOf(context.getNodeParameter('triggerOn', []))),
		waitingDays: atLeast(1, context.getNodeParameter('waitingDays', 3), 3),
		maxConcurrency: atLeast(1, options.maxConcurrency, 10),
		quietInterval: atLeast(0, options.quietInterval, 60),
		language: readLanguage(options.hintLanguage),
		isLanguageChosen: languageOf(options.hintLanguage) !== undefined,
	};
}

function atLeast(least: number, value: unknown, otherwise: number): number {
	const number = Math.floor(Number(value ?? otherwise));
	return number >= least ? number : otherwise;
}

/** The entries of a list, or of the text that an expression returns instead of a list. */
function listOf(value: unknown): string[] {
	const values: unknown[] = Array.isArray(value) ? value : [value];
	return values.flatMap((one) =>
		givenText(one)
			.split(/[\s,，、]/)
			.filter(Boolean),
	);
}

function readSelection(value: unknown): Selection {
	const entries = [...new Set(listOf(value).map((entry) => entry.toLowerCase()))];
	return {
		appIds: entries.filter(isAppId),
		others: entries.filter((entry) => !isAppId(entry)),
	};
}

/** The obstacle if no account is selected. */
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

/** What was last logged about the selection of a published trigger. */
const SAID = new WeakMap<IPollFunctions, string>();

/**
 * Logs, once for each publication, which selected entries cannot be watched.
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
		context.logger.warn(`${text}. The trigger watches the other accounts.`);
	}
	SAID.set(context, text);
}

function describeOthers(others: readonly string[]): string {
	const quoted = others.map((entry) => `"${cut(entry, 40)}"`);
	return `Official Account Names or IDs contains entries that are not appids: ${some(quoted)}`;
}

function describeKinds(kinds: ReadonlyMap<string, OtherKind>): string {
	const named = [...kinds].map(([appId, kind]) => `${appId} is ${KIND_NAMES[kind].en}`);
	return `Official Account Names or IDs contains accounts that are not Official Accounts: ${some(named)}`;
}

function some(texts: readonly string[]): string {
	const more = texts.length - NAMED;
	return texts.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const SELECT: Text = {
	en: 'In Official Account Names or IDs, choose accounts, or enter their appids ("wx" and 16 characters of 0-9 and a-f), separated by commas. If it contains an expression, check the result. Or set Watch to All Official Accounts.',
	'zh-CN':
		'请在 Official Account Names or IDs 中选择公众号，或填写 appid（"wx" 加 16 个字符，0-9 和 a-f），以逗号分隔。如果其中是表达式，请检查其结果。也可以将 Watch 设为 All Official Accounts。',
};

function unusable(problem: string): Obstacle {
	return { category: 'other', problem, hint: SELECT, whoActs: 'operator' };
}
