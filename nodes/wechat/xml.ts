import { Parser } from 'saxen';

/** An element's text, or its children by name. */
export type XmlValue = string | { [name: string]: XmlValue };

/** How the parser says that elements are still open at the end. */
const OPEN_AT_END = 'unexpected end of file';

const ENTITIES = new Map([
	['lt', '<'],
	['gt', '>'],
	['amp', '&'],
	['quot', '"'],
	['apos', "'"],
]);

/** Control characters other than those that XML allows. */
const FORBIDDEN = /[^\P{Cc}\t\n\r\x7f-\x9f]/u;

/**
 * Parses a push of WeChat into the children of its root element. Strict about what an attacker
 * could use, doctypes and entities beyond the five of XML, and lenient about a missing end:
 * WeChat's own samples end with `<xml>` in place of `</xml>`.
 *
 * @returns undefined when the text is no XML, has a doctype or an unknown entity
 */
export function parseXml(text: string): { [name: string]: XmlValue } | undefined {
	const parser = new Parser();
	const root = createElement();
	const open: Array<{ name: string; text: string; children: { [name: string]: XmlValue } }> = [];
	let hasRoot = false;
	let isRefused = false;

	const refuse = () => {
		isRefused = true;
		parser.stop();
	};
	const addText = (value: string) => {
		const element = open[open.length - 1];
		if (!element || FORBIDDEN.test(value)) refuse();
		else element.text += value;
	};
	parser.on('attention', refuse);
	parser.on('warn', refuse);
	parser.on('error', ({ message }) => {
		isRefused ||= message !== OPEN_AT_END;
	});
	parser.on('openTag', (name, attributes) => {
		// A fault in them is a warning, once they are read.
		attributes();
		const isSecondRoot = open.length === 0 && hasRoot;
		if (isSecondRoot) refuse();
		open.push({ name, text: '', children: open.length === 0 ? root : createElement() });
		hasRoot = true;
	});
	parser.on('text', (value) => addText(decoded(value)));
	parser.on('cdata', addText);
	parser.on('closeTag', () => {
		const element = open.pop();
		const parent = open[open.length - 1];
		if (!element || !parent) return;
		const hasChildren = Object.keys(element.children).length > 0;
		parent.children[element.name] = hasChildren ? element.children : element.text.trim();
	});

	parser.parse(text);
	return isRefused || Object.keys(root).length === 0 ? undefined : root;
}

/** A text with the characters that its entities stand for; an unknown one gives a forbidden one. */
function decoded(text: string): string {
	return text.replace(
		/&([^;]*)(;?)/g,
		(_, entity: string, end: string) => (end && characterOf(entity)) || '\0',
	);
}

/** The parser's own knows no character beyond the first 65,536. */
function characterOf(entity: string): string | undefined {
	const number = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(entity);
	if (!number) return ENTITIES.get(entity);
	const [, hex, decimal] = number;
	const code = hex ? parseInt(hex, 16) : Number(decimal);
	return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Without a prototype, so that no element name means anything but itself. */
function createElement(): { [name: string]: XmlValue } {
	return Object.create(null) as { [name: string]: XmlValue };
}
