import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { WeChatOpenPlatformTrigger } from '../../nodes/WeChatOpenPlatformTrigger/WeChatOpenPlatformTrigger.node';

const NODES = join(__dirname, '../../nodes');

/**
 * A text by the path under which n8n's editor looks for its translation. n8n 2.41
 * serves the file, but its editor does not show the texts of community nodes yet.
 */
type Text = [path: string, text: string];

interface Texts {
	[key: string]: string | Texts;
}

/**
 * Paths of two texts: both resources have the operation Get Many. Its one translation says both.
 */
const SHARED_PATHS = ['operation.options.getMany.description'];

describe.each<[string, INodeTypeDescription]>([
	['WeChatMiniProgramLink', new WeChatMiniProgramLink().description],
	['WeChatOpenPlatformTrigger', new WeChatOpenPlatformTrigger().description],
])('%s', (folder, { name, properties }) => {
	const translations = join(NODES, folder, 'translations');
	const texts = properties.flatMap((property) => textsOf(property, property.name));
	const paths = [...new Set(texts.map(([path]) => path))].sort();

	it('is translated to simplified Chinese', () => {
		expect(readdirSync(translations)).toEqual(['zh-CN']);
	});

	it('gives no path two texts, of which a translation could fit only one', () => {
		const own = texts.filter(([path]) => !SHARED_PATHS.includes(path));
		expect(new Map(own).size).toBe(new Set(own.map((text) => text.join('\n'))).size);
	});

	describe.each(readdirSync(translations))('%s', (locale) => {
		const file = readTexts(join(translations, locale, `${name}.json`));
		const translated = flatten(file.nodeView as Texts);

		it('has one file, for this node', () => {
			expect(readdirSync(join(translations, locale))).toEqual([`${name}.json`]);
			expect(Object.keys(file)).toEqual(['nodeView']);
		});

		it('translates every text that n8n can translate, and nothing that is gone', () => {
			expect(translated.map(([path]) => path).sort()).toEqual(paths);
		});

		it.each(translated)('%s: %s', (path, translation) => {
			expect(translation).toMatch(/\p{Script=Han}/u);
			// To vue-i18n these characters stand for other texts, values and plurals.
			expect(translation).not.toMatch(/[@{}|]/);
			expect(translation.length).toBeGreaterThan(path.endsWith('.description') ? 6 : 1);
		});
	});
});

function readTexts(path: string): Texts {
	return JSON.parse(readFileSync(path, 'utf8')) as Texts;
}

/**
 * The texts of a parameter that the editor looks up. Those of the modes of a resource locator are
 * not among them: it shows its own names for `list` and `id`, and hints and placeholders as they
 * are. Nor are the names of outputs and the node's own name and description.
 */
function textsOf(property: INodeProperties, path: string): Text[] {
	const { type, options = [], displayName, description, hint, placeholder } = property;
	const texts = present(path, { displayName, description, hint, placeholder });
	switch (type) {
		case 'hidden':
			return [];
		case 'collection':
			return texts.concat(
				(options as INodeProperties[]).flatMap((option) =>
					textsOf(option, `${path}.options.${option.name}`),
				),
			);
		case 'options':
		case 'multiOptions':
			return texts.concat(
				(options as INodePropertyOptions[]).flatMap((option) =>
					present(`${path}.options.${String(option.value)}`, {
						displayName: option.name,
						description: option.description,
					}),
				),
			);
		case 'fixedCollection':
			throw new Error(`The texts of ${path} have to be collected, too`);
		default:
			return texts;
	}
}

function present(path: string, texts: Record<string, string | undefined>): Text[] {
	return Object.entries(texts).flatMap(([key, text]): Text[] =>
		text ? [[`${path}.${key}`, text]] : [],
	);
}

function flatten(texts: Texts, prefix = ''): Text[] {
	return Object.entries(texts).flatMap(([key, text]): Text[] =>
		typeof text === 'string' ? [[prefix + key, text]] : flatten(text, `${prefix}${key}.`),
	);
}
