import type { Choice } from './authorizationPage.cts';

/** Names of some permission sets; only that of 33 matters here. */
const setNames = new Map([
	[1, '消息管理'],
	[33, '小程序关联管理'],
]);

function escaped(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}

function page(body: string): string {
	return [
		'<!DOCTYPE html>',
		'<html lang="zh-CN"><head><meta charset="utf-8"><title>授权</title></head>',
		`<body>${body}</body></html>`,
		'',
	].join('\n');
}

/** A page that only says what is wrong, in `#error`. */
export function errorPage(message: string): string {
	return page(`<h1>无法授权</h1>\n<p id="error">${escaped(message)}</p>`);
}

/** Radio buttons `account`, check boxes `set` (all checked), a button `#agree`. No script. */
export function formPage({ platform, accounts, permissionSets }: Choice): string {
	const radios = accounts.map(
		({ appId, name }, index) =>
			`<label><input type="radio" name="account" value="${appId}"${index === 0 ? ' checked' : ''}>` +
			` ${escaped(name)} (${appId})</label><br>`,
	);
	const boxes = permissionSets.map(
		(id) =>
			`<label><input type="checkbox" name="set" value="${id}" checked>` +
			` ${id} ${setNames.get(id) ?? ''}</label><br>`,
	);
	return page(
		[
			`<h1>授权给第三方平台 ${platform.appId}</h1>`,
			// Without an action the form goes to the page's own address, query included.
			'<form method="post">',
			`<fieldset><legend>账号</legend>${radios.join('\n')}</fieldset>`,
			`<fieldset><legend>权限集</legend>${boxes.join('\n')}</fieldset>`,
			'<button id="agree" type="submit">同意授权</button>',
			'</form>',
		].join('\n'),
	);
}
