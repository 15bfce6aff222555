import type { Choice } from './authorizationPage.cts';
import { markup, htmlPage, zh } from './html.cts';
import { sites } from './page.cts';
import { permissionSetBoxes } from './parts.cts';

/** A page that only shows what is wrong, in `#error`. */
export function errorPage(message: string): string {
	return htmlPage({
		title: 'Not authorized 无法授权',
		site: sites.weChat,
		body: markup`<h1>Not authorized ${zh('无法授权')}</h1>
			<p id="error">${message}</p>`,
	});
}

/** Radio buttons `account`, check boxes `set` (all checked), a button `#agree`. No script. */
export function formPage({ platform, accounts, permissionSets }: Choice): string {
	const radios = accounts.map(
		({ appId, name }, index) =>
			markup`<label><input type="radio" name="account" value="${appId}"${index === 0 ? markup` checked` : ''}> ${name} (${appId})</label>`,
	);
	const boxes = permissionSetBoxes(permissionSets, new Set(permissionSets));
	return htmlPage({
		title: 'Authorize a third-party platform 授权',
		site: sites.weChat,
		// Without an action the form goes to the page's own address, query included.
		body: markup`<h1>Authorize the third-party platform ${platform.appId} ${zh('授权给第三方平台')}</h1>
			<form class="card" method="post">
				<fieldset>
					<legend>Account ${zh('账号')}</legend>
					${radios}
				</fieldset>
				<fieldset>
					<legend>Permission sets ${zh('权限集')}</legend>
					${boxes}
				</fieldset>
				<button class="main" id="agree" type="submit">Agree ${zh('同意授权')}</button>
			</form>`,
	});
}
