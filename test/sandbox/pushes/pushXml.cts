import type { PlatformSettings } from '../platform/platformSettings.cts';
import type { PushFields, PushValue } from './pushTypes.cts';

function cdata(text: string): string {
	return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

type Style = PlatformSettings['pushCdata'];

function valueText(value: PushValue, style: Style): string {
	if (typeof value === 'object') return elements(value, style).join('');
	if (style === 'all' || (style === 'texts' && typeof value === 'string')) {
		return cdata(String(value));
	}
	return escaped(String(value));
}

function elements(fields: PushFields, style: Style): string[] {
	return Object.entries(fields).flatMap(([name, value]) =>
		[value].flat().map((one) => `<${name}>${valueText(one, style)}</${name}>`),
	);
}

/** The XML inside a push: root `xml`, one element per line, no line end after the last. */
export function innerXml(fields: PushFields, style: Style): string {
	return ['<xml>', ...elements(fields, style), '</xml>'].join('\n');
}

/** The XML that is sent: the platform's appid in plain text, all else encrypted (documented). */
export function outerXml(appId: string, encrypted: string): string {
	return envelope('AppId', appId, encrypted);
}

/** The same for a message: the account's original ID in plain text (documented). */
export function messageXml(username: string, encrypted: string): string {
	return envelope('ToUserName', username, encrypted);
}

function envelope(name: string, value: string, encrypted: string): string {
	return [
		'<xml>',
		`    <${name}>${cdata(value)}</${name}>`,
		`    <Encrypt>${cdata(encrypted)}</Encrypt>`,
		'</xml>',
		'',
	].join('\n');
}
