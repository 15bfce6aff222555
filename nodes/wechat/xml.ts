import { SaxesParser } from 'saxes';

/** An element's text, or its children by name. */
export type XmlValue = string | { [name: string]: XmlValue };

/**
 * Parses a push of WeChat into the children of its root element. Strict about what an attacker
 * could use, doctypes and entities beyond the five of XML, and lenient about a missing end:
 * WeChat's own samples end with `<xml>` in place of `</xml>`.
 *
 * @returns undefined when the text is no XML, has a doctype or an unknown entity
 */
export function parseXml(text: string): { [name: string]: XmlValue } | undefined {
	const parser = new SaxesParser();
	const root = createElement();
	const open: Array<{ name: string; text: string; children: { [name: string]: XmlValue } }> = [];
	let isRefused = false;
	let isClosing = false;

	parser.on('doctype', () => {
		isRefused = true;
	});
	parser.on('error', () => {
		isRefused ||= !isClosing;
	});
	parser.on('opentag', ({ name }) => {
		open.push({ name, text: '', children: open.length === 0 ? root : createElement() });
	});
	const addText = (value: string) => {
		const element = open[open.length - 1];
		if (element) element.text += value;
	};
	parser.on('text', addText);
	parser.on('cdata', addText);
	parser.on('closetag', () => {
		const element = open.pop();
		const parent = open[open.length - 1];
		if (!element || !parent) return;
		const hasChildren = Object.keys(element.children).length > 0;
		parent.children[element.name] = hasChildren ? element.children : element.text.trim();
	});

	parser.write(text);
	isClosing = true;
	parser.close();
	return isRefused || Object.keys(root).length === 0 ? undefined : root;
}

/** Without a prototype, so that no element name means anything but itself. */
function createElement(): { [name: string]: XmlValue } {
	return Object.create(null) as { [name: string]: XmlValue };
}
