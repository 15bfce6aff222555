import { markup, zh } from './html.cts';
import type { Html } from './html.cts';
import {
	LINKED,
	REFUSED,
	WAITS_FOR_MINI_PROGRAM,
	WAITS_FOR_OFFICIAL_ACCOUNT,
} from '../links/relations.cts';
import type { AccountStatus, Relation } from '../types.cts';

/** A state in its color: done, waiting for somebody else, somebody has to act. */
export function stateIn(meaning: 'done' | 'waits' | 'act', text: Html): Html {
	return markup`<span class="state ${meaning}">${text}</span>`;
}

const linkStates = new Map([
	[LINKED, stateIn('done', markup`Linked ${zh('已关联')}`)],
	[
		WAITS_FOR_MINI_PROGRAM,
		stateIn(
			'waits',
			markup`Waits for the Mini Program’s administrator ${zh('待小程序管理员确认')}`,
		),
	],
	[
		REFUSED,
		stateIn('act', markup`Refused by the Mini Program’s administrator ${zh('小程序管理员已拒绝')}`),
	],
	[
		WAITS_FOR_OFFICIAL_ACCOUNT,
		stateIn(
			'waits',
			markup`Waits for the Official Account’s administrator ${zh('待公众号管理员确认')}`,
		),
	],
]);

export function linkState({ status, unlinkPending }: Relation): Html {
	if (unlinkPending) {
		return stateIn('waits', markup`Linked; a request to unlink it waits ${zh('待确认解除关联')}`);
	}
	return linkStates.get(status) ?? stateIn('act', markup`Status ${status}`);
}

export const accountStates: Readonly<Record<AccountStatus, Html>> = {
	authorized: stateIn('done', markup`Authorized ${zh('已授权')}`),
	none: stateIn('waits', markup`Not authorized ${zh('未授权')}`),
	withdrawn: stateIn('act', markup`Authorization withdrawn ${zh('已取消授权')}`),
	frozen: stateIn('act', markup`Frozen ${zh('账号已冻结')}`),
	banned: stateIn('act', markup`Banned ${zh('账号已封禁')}`),
	cancelled: stateIn('act', markup`Cancelled ${zh('账号已注销')}`),
};

/** What a person can do with one button. */
export interface Button {
	/** Name of the action in the page's table. */
	readonly action: string;
	readonly label: string;
	readonly chinese: string;
	/** The subject of the button, for people who cannot see its place. */
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
	return markup`<form class="settings" method="post" action="?">
		${fields}
		<button class="main" name="action" value="${action}">${label} ${zh(chinese)}</button>
	</form>`;
}

/** Permission sets of Official Accounts, as WeChat calls them. */
const setNames = new Map([
	[1, zh('消息管理')],
	[2, zh('用户管理')],
	[3, zh('账号服务')],
	[4, zh('网页服务')],
	[7, zh('群发与通知')],
	[11, zh('素材管理')],
	[15, zh('自定义菜单')],
	[33, zh('小程序关联管理')],
]);

/** The sets that have a name here, and any others of a platform. */
export function allSets(further: readonly number[]): number[] {
	return [...new Set([...setNames.keys(), ...further])].sort((a, b) => a - b);
}

/** A permission set as a page names it. */
export function setName(id: number): Html {
	return markup`${id} ${setNames.get(id) ?? ''}`;
}

/** Check boxes `set`. */
export function permissionSetBoxes(
	offered: readonly number[],
	granted: ReadonlySet<number>,
): Html[] {
	return offered.map(
		(id) =>
			markup`<label><input type="checkbox" name="set" value="${id}"${granted.has(id) ? markup` checked` : ''}> ${setName(id)}</label>`,
	);
}

/** Entries of a list, or a sentence if there are none. */
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
						${row.map((cell, index) => markup`<td data-name="${header[index]}">${cell}</td>`)}
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
