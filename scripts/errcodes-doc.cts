import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { ERRCODES, ERRCODES_BY_API } from '../nodes/wechat/errcodeTable';
import type { Category, Errcode, Retry } from '../nodes/wechat/errcodes';

const ROOT = join(__dirname, '..');
const FILE = join(ROOT, 'docs', 'errcodes.md');

const BRANCHES: ReadonlyArray<{ name: string; about: string; categories: readonly Category[] }> = [
	{
		name: 'Success',
		about: 'WeChat took the call. A link or an unlink still waits for its confirmation.',
		categories: ['success'],
	},
	{
		name: 'Pending',
		about: 'Somebody has to confirm in WeChat. Follow these with Get Status.',
		categories: ['pending'],
	},
	{
		name: 'Quota Reached',
		about: 'A limit on links, accounts or monthly calls is reached.',
		categories: ['quota'],
	},
	{
		name: 'Not Allowed',
		about: 'WeChat or an account does not allow it.',
		categories: ['forbidden'],
	},
	{
		name: 'Authorization',
		about: 'A token, a permission set, a ticket or the IP whitelist stands in the way.',
		categories: ['authorization'],
	},
	{
		name: 'Retry Later',
		about: 'Time helps: send the item again later.',
		categories: ['retryable'],
	},
	{
		name: 'Other',
		about: 'The call has to change, or nobody here knows the code.',
		categories: ['invalidRequest', 'unknown'],
	},
];

const SENT_AGAIN: Readonly<Record<Retry, string>> = {
	no: 'no',
	renewToken: 'once, with a renewed token',
	backOff: 'after some minutes',
	nextMinute: 'after a minute',
	nextDay: 'the next day',
	nextMonth: 'the next month',
};

const HEAD = `# WeChat's answer codes

What this package knows about the codes (errcode) in WeChat's answers, grouped by the output an
item leaves through. The same texts stand in the field \`hint\` of each item. Where a row names no
API, it holds for every call.

"No" under "May be sent again" means that somebody has to act first; afterwards the item may be
sent again. A code that is not listed leaves through Other with WeChat's own text and the rid.
For 7 days the rid can be looked up with WeChat's rid query (openapi/rid/get) and the same
account's token, or be given to WeChat support.

Sources: the pages under developers.weixin.qq.com, doc/oplatform/openApi (link-miniprogram,
ticket-token, authorization-management, openapi), the general return code table in public SDKs,
and reports of developers in WeChat's forum.

Made by \`scripts/errcodes-doc.cts\` from \`nodes/wechat/errcodeTable.ts\`; change that table, not
this page.
`;

interface Line {
	label: string;
	row: Errcode;
}

function linesOf(code: number): Line[] {
	const row = ERRCODES[code];
	const perApi = Object.entries(ERRCODES_BY_API).flatMap(([api, rows]) =>
		rows[code] ? [{ label: `${code} (${api})`, row: { ...row, ...rows[code] } }] : [],
	);
	return [{ label: String(code), row }, ...perApi];
}

function renderLine({ label, row }: Line): string {
	const cells = [label, row.meaning, row.hint, SENT_AGAIN[row.retry]];
	return `| ${cells.map((cell) => cell.replace(/[\\|]/g, '\\$&')).join(' | ')} |`;
}

/** The text of docs/errcodes.md, made from the table. */
export function renderErrcodesDoc(): string {
	const codes = Object.keys(ERRCODES)
		.map(Number)
		.sort((a, b) => a - b);
	const sections = BRANCHES.map(({ name, about, categories }) => {
		const lines = codes
			.filter((code) => categories.includes(ERRCODES[code].category))
			.flatMap(linesOf)
			.map(renderLine);
		return [
			`## ${name}`,
			'',
			about,
			'',
			'| Code | Meaning | What to do | May be sent again |',
			'| --- | --- | --- | --- |',
			...lines,
			'',
		].join('\n');
	});
	return [HEAD, ...sections].join('\n');
}

function main(): void {
	const text = renderErrcodesDoc();
	const name = relative(ROOT, FILE);
	if (!process.argv.includes('--check')) {
		writeFileSync(FILE, text);
		console.log(`Wrote ${name}.`);
	} else if (readFileSync(FILE, 'utf8') !== text) {
		console.log(`${name} differs from the table: run npm run docs.`);
		process.exitCode = 1;
	}
}

if (require.main === module) main();
