/** The languages of texts for a person, as the option Hint Language names them. */
export type Language = 'en' | 'zh-CN';

/** A text for a person, in each language. */
export type Text = Readonly<Record<Language, string>>;
