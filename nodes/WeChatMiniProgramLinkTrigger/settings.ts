import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { languageOf, readLanguage, type Language } from '../wechat/text';
import { listOf, readSelection, type Selection } from './selection';

/** The trigger's parameters. */
export interface Settings {
	isPlatform: boolean;
	/** What was selected; undefined for all accounts of the platform. */
	selected: Selection | undefined;
	triggerOn: ReadonlySet<string>;
	waitingDays: number;
	maxConcurrency: number;
	/** In minutes. */
	quietInterval: number;
	language: Language;
	/** Whether the node says the language; else the credential does. */
	isLanguageChosen: boolean;
}

/** Reads the parameters; a number that is none gets its default. */
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
