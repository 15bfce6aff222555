import type { PlatformSettings } from '../platform/platformSettings.cts';
import type { PushFields } from './pushTypes.cts';

function cdata(text: string): string {
	return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function valueText(value: string | number, style: PlatformSettings['pushCdata']): string {
	if (style === 'all' || (style === 'texts' && typeof value === 'string')) {
		return cdata(String(value));
	}
	return escaped(String(value));
}

/** The XML inside a push: root `xml`, one element a line, no line end after the last. */
export function innerXml(fields: PushFields, style: PlatformSettings['pushCdata']): string {
	const lines = Object.entries(fields).map(
		([name, value]) => `<${name}>${valueText(value, style)}</${name}>`,
	);
	return ['<xml>', ...lines, '</xml>'].join('\n');
}

/** The XML that is sent: the platform's appid in the clear, all else encrypted (documented). */
export function outerXml(appId: string, encrypted: string): string {
	return [
		'<xml>',
		`    <AppId>${cdata(appId)}</AppId>`,
		`    <Encrypt>${cdata(encrypted)}</Encrypt>`,
		'</xml>',
		'',
	].join('\n');
}
