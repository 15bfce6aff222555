import { markup, zh } from './html.cts';
import type { Html } from './html.cts';
import {
	LINKED,
	REFUSED,
	WAITS_FOR_MINI_PROGRAM,
	WAITS_FOR_OFFICIAL_ACCOUNT,
} from '../links/relations.cts';
import type { AccountStatus, Relation } from '../types.cts';

const linkStates = new Map([
	[LINKED, markup`Linked ${zh('已关联')}`],
	[
		WAITS_FOR_MINI_PROGRAM,
		markup`Waits for the Mini Program’s administrator ${zh('待小程序管理员确认')}`,
	],
	[REFUSED, markup`Refused by the Mini Program’s administrator ${zh('小程序管理员已拒绝')}`],
	[
		WAITS_FOR_OFFICIAL_ACCOUNT,
		markup`Waits for the Official Account’s administrator ${zh('待公众号管理员确认')}`,
	],
]);

export function linkState({ status, unlinkPending }: Relation): Html {
	if (unlinkPending) return markup`Linked; a request to unlink it waits ${zh('待确认解除关联')}`;
	return linkStates.get(status) ?? markup`Status ${status}`;
}

export const accountStates: Readonly<Record<AccountStatus, Html>> = {
	authorized: markup`Authorized ${zh('已授权')}`,
	none: markup`Not authorized ${zh('未授权')}`,
	withdrawn: markup`Authorization withdrawn ${zh('已取消授权')}`,
	frozen: markup`Frozen ${zh('账号已冻结')}`,
};

/** What a person may do with one button. */
interface Button {
	/** Name of the action in the page's table. */
	readonly action: string;
	readonly label: string;
	readonly chinese: string;
	/** Whom or what it is about, for those who do not see where the button stands. */
	readonly about?: string;
	/** Further fields of the form. */
	readonly fields?: Readonly<Record<string, string>>;
}

/** A form of one button. */
export function button({ action, label, chinese, about, fields = {} }: Button): Html {
	const hidden = Object.entries(fields).map(
		([name, value]) => markup`<input type="hidden" name="${name}" value="${value}" />`,
	);
	const unseen = about === undefined ? '' : markup` <span class="unseen">${about}</span>`;
	return markup`<form method="post" action="?">
		${hidden}<button name="action" value="${action}">${label} ${zh(chinese)}${unseen}</button>
	</form>`;
}

/** A form with fields of its own and a button that saves them. */
export function form(action: string, fields: Html, label: string, chinese: string): Html {
	return markup`<form method="post" action="?">
		${fields} <button name="action" value="${action}">${label} ${zh(chinese)}</button>
	</form>`;
}

const setNames = new Map([
	[1, zh('消息管理')],
	[33, zh('小程序关联管理')],
]);

/** Check boxes `set`. */
export function permissionSetBoxes(
	offered: readonly number[],
	granted: ReadonlySet<number>,
): Html[] {
	return offered.map(
		(id) =>
			markup`<label><input type="checkbox" name="set" value="${id}"${granted.has(id) ? markup` checked` : ''}> ${id} ${setNames.get(id) ?? ''}</label>`,
	);
}

/** Entries of a list, or a sentence when there are none. */
export function list(entries: readonly Html[], none: string): Html {
	if (entries.length === 0) return markup`<p>${none}</p>`;
	return markup`<ul>
		${entries.map((entry) => markup`<li>${entry}</li>`)}
	</ul>`;
}

export function table(
	header: readonly string[],
	rows: ReadonlyArray<ReadonlyArray<string | number | Html>>,
) {
	return markup`<table>
		<thead>
			<tr>
				${header.map((name) => markup`<th scope="col">${name}</th>`)}
			</tr>
		</thead>
		<tbody>
			${rows.map(
				(row) =>
					markup`<tr>
						${row.map((cell) => markup`<td>${cell}</td>`)}
					</tr>`,
			)}
		</tbody>
	</table>`;
}

/** A part of a page, under a heading that also names it for assistive technology. */
export function section(id: string, heading: string, chinese: string, body: Html): Html {
	return markup`<section aria-labelledby="${id}">
		<h2 id="${id}">${heading} ${zh(chinese)}</h2>
		${body}
	</section>`;
}
