import { Parser } from 'saxen';

/** An element's text, or its children by name; elements of one name are a list. */
type XmlValue = string | XmlFields | XmlValue[];

/** The children of an element by name. */
export interface XmlFields {
	[name: string]: XmlValue;
}

/** The parser's message if elements are still open at the end. */
const OPEN_AT_END = 'unexpected end of file';

const ENTITIES = new Map([
	['lt', '<'],
	['gt', '>'],
	['amp', '&'],
	['quot', '"'],
	['apos', "'"],
]);

/**
 * Characters that XML does not allow: control characters and lone surrogates. Developers have seen them in
 * WeChat's texts, so they are dropped, whether raw or written as a number.
 */
const FORBIDDEN = /[^\P{Cc}\t\n\r\x7f-\x9f]|\p{Cs}/gu;

/** Maximum number of levels of nested elements; WeChat's pushes have at most four. */
const DEEPEST = 100;

/**
 * Parses a push of WeChat into the children of its root element. It is strict about what an attacker
 * could use: doctypes, and entities other than XML's five. It is lenient about forbidden characters and about a
 * missing end: WeChat's own samples end with `<xml>` instead of `</xml>`.
 *
 * @returns undefined if the text is not XML, or has a doctype, an unknown entity or too many levels
 */
export function parseXml(text: string): XmlFields | undefined {
	const parser = new Parser();
	const root = createElement();
	const open: Array<{ name: string; text: string; children: XmlFields }> = [];
	let hasRoot = false;
	let isRefused = false;

	const refuse = () => {
		isRefused = true;
		parser.stop();
	};
	const addText = (value: string | undefined) => {
		const element = open[open.length - 1];
		if (!element || value === undefined) refuse();
		else element.text += value.replace(FORBIDDEN, '');
	};
	parser.on('attention', refuse);
	parser.on('warn', refuse);
	parser.on('error', ({ message }) => {
		isRefused ||= message !== OPEN_AT_END;
	});
	parser.on('openTag', (name, attributes) => {
		// The parser warns of malformed attributes only when they are read.
		attributes();
		const isSecondRoot = open.length === 0 && hasRoot;
		if (isSecondRoot || open.length >= DEEPEST) refuse();
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
		addChild(parent.children, element.name, hasChildren ? element.children : element.text.trim());
	});

	parser.parse(text.replace(FORBIDDEN, ''));
	return isRefused || Object.keys(root).length === 0 ? undefined : root;
}

/** Keeps all elements of one name: two or more become a list. */
function addChild(children: XmlFields, name: string, value: XmlValue): void {
	const known = children[name];
	if (Array.isArray(known)) known.push(value);
	else children[name] = known === undefined ? value : [known, value];
}

/** Replaces a text's entities by their characters; undefined if one is unknown. */
function decoded(text: string): string | undefined {
	let isKnown = true;
	const all = text.replace(/&([^;]*)(;?)/g, (_, entity: string, end: string) => {
		const character = end ? characterOf(entity) : undefined;
		isKnown &&= character !== undefined;
		return character ?? '';
	});
	return isKnown ? all : undefined;
}

/** The parser's own decoder supports only the first 65,536 characters. */
function characterOf(entity: string): string | undefined {
	const number = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(entity);
	if (!number) return ENTITIES.get(entity);
	const [, hex, decimal] = number;
	const code = hex ? parseInt(hex, 16) : Number(decimal);
	return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Has no prototype, so that an element's name never means anything but itself. */
function createElement(): XmlFields {
	return Object.create(null) as XmlFields;
}
