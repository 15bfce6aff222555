import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { Language } from '../wechat/text';
import type { EventName } from './changes';

/** The trigger's parameters, within their bounds. */
export interface Settings {
	isOpenPlatform: boolean;
	/** Appids as they were given; undefined for all accounts of the platform. */
	selected: unknown[] | undefined;
	triggerOn: ReadonlySet<EventName>;
	waitingDays: number;
	maxConcurrency: number;
	/** Minutes. */
	quietInterval: number;
	language: Language;
}

const QUIET_MINUTES = 60;

export function readSettings(context: IPollFunctions): Settings {
	const isOpenPlatform = context.getNodeParameter('authentication') === 'openPlatform';
	const isSelected = isOpenPlatform && context.getNodeParameter('watch', 'all') === 'selected';
	const options = context.getNodeParameter('options', {}) as IDataObject;
	return {
		isOpenPlatform,
		selected: isSelected ? listOf(context.getNodeParameter('officialAccounts', [])) : undefined,
		triggerOn: new Set(listOf(context.getNodeParameter('triggerOn', [])) as EventName[]),
		waitingDays: atLeast(context.getNodeParameter('waitingDays', 3), 0, 3),
		maxConcurrency: Math.floor(atLeast(options.maxConcurrency, 1, 10)),
		quietInterval: atLeast(options.quietInterval, 1, QUIET_MINUTES),
		language: options.hintLanguage === 'zh-CN' ? 'zh-CN' : 'en',
	};
}

/** An expression may give one text, with commas or lines between the entries. */
function listOf(value: unknown): unknown[] {
	if (typeof value === 'string') return value.split(/[\s,]+/).filter(Boolean);
	return Array.isArray(value) ? (value as unknown[]) : [];
}

function atLeast(value: unknown, least: number, otherwise: number): number {
	const number = Number(value);
	return value !== '' && value !== null && number >= least ? number : otherwise;
}
