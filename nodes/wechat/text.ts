/** The languages of texts for a person, as Hint Language names them. */
export type Language = 'en' | 'zh-CN';

/** A text for a person, in each language. */
export type Text = Readonly<Record<Language, string>>;

export const NO_TEXT: Text = { en: '', 'zh-CN': '' };

/** The hint of an item that needs nothing. */
export const NOTHING_TO_DO: Text = { en: 'There is nothing to do.', 'zh-CN': '无需任何操作。' };

/** Joins texts; empty ones leave no gap. Chinese has no space between sentences. */
export function join(...texts: readonly Text[]): Text {
	return {
		en: joinIn('en', ' ', texts),
		'zh-CN': joinIn('zh-CN', '', texts),
	};
}

function joinIn(language: Language, separator: string, texts: readonly Text[]): string {
	return texts
		.map((text) => text[language])
		.filter(Boolean)
		.join(separator);
}

/** Reads Hint Language; an expression may return anything. */
export function languageOf(value: unknown): Language | undefined {
	return value === 'en' || value === 'zh-CN' ? value : undefined;
}

/** The first of these values that is a language, or English. */
export function readLanguage(...values: readonly unknown[]): Language {
	return values.map(languageOf).find((language) => language !== undefined) ?? 'en';
}
