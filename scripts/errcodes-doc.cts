import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { LinkApi } from '../nodes/wechat/apis';
import { describeErrcode } from '../nodes/wechat/errcodes';
import {
	ERRCODES,
	ERRCODES_BY_API,
	type Category,
	type Retry,
	type WhoActs,
} from '../nodes/wechat/errcodeTable';
import type { Language, Text } from '../nodes/wechat/text';

const ROOT = join(__dirname, '..');
const FILES: Readonly<Record<Language, string>> = {
	en: join(ROOT, 'docs', 'errcodes.md'),
	'zh-CN': join(ROOT, 'docs', 'errcodes.zh-CN.md'),
};

const BRANCHES: ReadonlyArray<{ name: Text; about: Text; category: Category }> = [
	{
		name: { en: 'Success', 'zh-CN': 'Success（成功）' },
		about: {
			en: 'WeChat accepted the call. Somebody still has to confirm a link or its removal.',
			'zh-CN': '微信已受理。关联或解除关联仍需等待确认。',
		},
		category: 'success',
	},
	{
		name: { en: 'Pending', 'zh-CN': 'Pending（待确认）' },
		about: {
			en: 'Somebody has to agree in WeChat. Check these with Get Status.',
			'zh-CN': '需要有人在微信中确认。请用 Get Status 跟进。',
		},
		category: 'pending',
	},
	{
		name: { en: 'Quota Reached', 'zh-CN': 'Quota Reached（已到上限）' },
		about: {
			en: 'A limit on links, accounts or monthly calls is reached.',
			'zh-CN': '关联数、账号数或每月调用次数已到上限。',
		},
		category: 'quotaReached',
	},
	{
		name: { en: 'Not Allowed', 'zh-CN': 'Not Allowed（不允许）' },
		about: {
			en: 'WeChat or an account does not allow it.',
			'zh-CN': '微信或某个账号不允许。',
		},
		category: 'notAllowed',
	},
	{
		name: { en: 'Authorization', 'zh-CN': 'Authorization（授权）' },
		about: {
			en: 'Something is wrong with a token, a permission set, the ticket or the IP whitelist.',
			'zh-CN': '令牌、权限集、ticket 或白名单IP地址列表有待处理。',
		},
		category: 'authorization',
	},
	{
		name: { en: 'Retry Later', 'zh-CN': 'Retry Later（稍后重试）' },
		about: {
			en: 'Wait, then send the item again.',
			'zh-CN': '等待即可：请稍后重新发送该条目。',
		},
		category: 'retryLater',
	},
	{
		name: { en: 'Other', 'zh-CN': 'Other（其他）' },
		about: {
			en: 'The call has to change, or the package does not know the code.',
			'zh-CN': '需要改动调用，或这里没有此返回码的说明。',
		},
		category: 'other',
	},
];

const SENT_AGAIN: Readonly<Record<Retry, Text>> = {
	no: { en: 'no', 'zh-CN': '否' },
	renewToken: { en: 'once, with a renewed token', 'zh-CN': '更换令牌后一次' },
	backOff: { en: 'after some minutes', 'zh-CN': '几分钟后' },
	nextMinute: { en: 'after a minute', 'zh-CN': '一分钟后' },
	nextDay: { en: 'the next day', 'zh-CN': '次日' },
	nextMonth: { en: 'the next month', 'zh-CN': '下个月' },
};

const WHO_ACTS: Readonly<Record<WhoActs, Text>> = {
	nobody: { en: 'nobody', 'zh-CN': '无需操作' },
	officialAccountAdmin: { en: 'Official Account administrator', 'zh-CN': '公众号管理员' },
	miniProgramAdmin: { en: 'Mini Program administrator', 'zh-CN': '小程序管理员' },
	provider: { en: 'provider of the platform', 'zh-CN': '第三方平台服务商' },
	operator: { en: 'you', 'zh-CN': '您' },
	weChat: { en: 'WeChat', 'zh-CN': '微信' },
};

const COLUMNS: readonly Text[] = [
	{ en: 'Code', 'zh-CN': '返回码' },
	{ en: 'Meaning', 'zh-CN': '含义' },
	{ en: 'What to do', 'zh-CN': '处理办法' },
	{ en: 'Who acts', 'zh-CN': '由谁处理' },
	{ en: 'May be sent again', 'zh-CN': '能否重新发送' },
];

const HEAD: Text = {
	en: `# WeChat's answer codes

[中文](errcodes.zh-CN.md)

What this package knows about the codes (errcode) in WeChat's answers, grouped by the output an
item leaves through. Each item has the same texts in its field \`hint\`, and who has to act in
\`whoActs\`. A row without an API applies to every call.

"No" under "May be sent again" means that somebody has to act first; then you may send the item
again. Days and months are Beijing's, and \`retryAt\` has the time. An item with an unlisted code
leaves through Other with WeChat's own text and the rid. For 7 days, you can look the rid up with
the operation Get Call, or give it to WeChat support.

Sources: the pages under developers.weixin.qq.com, doc/oplatform/openApi (link-miniprogram,
ticket-token, authorization-management, openapi), the general return code table in public SDKs,
and developers' reports in WeChat's forum.

\`npm run docs\` writes this page from \`nodes/wechat/errcodeTable.ts\`; change that table instead.
`,
	'zh-CN': `# 微信返回码

[English](errcodes.md)

本软件包对微信返回码（errcode）的说明，按条目离开节点的输出分组。选择 Hint Language 为中文时，
每个条目的字段 \`hint\` 就是这里的文字，\`whoActs\` 写明由谁处理。没有注明接口的行适用于所有调用。

“能否重新发送”一栏为“否”，表示需要先有人处理，之后可以重新发送该条目。日和月按北京时间计算，
具体时间见 \`retryAt\`。没有列出的返回码从 Other 输出，并带有微信返回的文字和 rid。7 天内可以用
操作 Get Call 查看该 rid，也可以把它提供给微信官方客服。

来源：developers.weixin.qq.com 的 doc/oplatform/openApi（link-miniprogram、ticket-token、
authorization-management、openapi）、公开 SDK 中的全局返回码表，以及开发者在微信社区的反馈。

由 \`scripts/errcodes-doc.cts\` 根据 \`nodes/wechat/errcodeTable.ts\` 生成；请修改该表，不要修改本页。
`,
};

interface Line {
	label: string;
	row: ReturnType<typeof describeErrcode>;
}

function linesOf(code: number): Line[] {
	const apis = Object.keys(ERRCODES_BY_API) as LinkApi[];
	const perApi = apis.flatMap((api) =>
		ERRCODES_BY_API[api][code]
			? [{ label: `${code} (${api})`, row: describeErrcode(code, api) }]
			: [],
	);
	return [{ label: String(code), row: describeErrcode(code) }, ...perApi];
}

function renderLine({ label, row }: Line, language: Language): string {
	const { meaning, hint, whoActs, retry } = row;
	const texts = [meaning, hint, WHO_ACTS[whoActs], SENT_AGAIN[retry]];
	return renderCells([label, ...texts.map((text) => text[language])]);
}

function renderCells(cells: readonly string[]): string {
	return `| ${cells.map((cell) => cell.replace(/[\\|]/g, '\\$&')).join(' | ')} |`;
}

/** The text of a page under docs/, generated from the table. */
export function renderErrcodesDoc(language: Language): string {
	const codes = Object.keys(ERRCODES)
		.map(Number)
		.sort((a, b) => a - b);
	const sections = BRANCHES.map(({ name, about, category }) => {
		const lines = codes
			.filter((code) => ERRCODES[code].category === category)
			.flatMap(linesOf)
			.map((line) => renderLine(line, language));
		return [
			`## ${name[language]}`,
			'',
			about[language],
			'',
			renderCells(COLUMNS.map((column) => column[language])),
			renderCells(COLUMNS.map(() => '---')),
			...lines,
			'',
		].join('\n');
	});
	return [HEAD[language], ...sections].join('\n');
}

function main(): void {
	for (const [language, file] of Object.entries(FILES) as Array<[Language, string]>) {
		const text = renderErrcodesDoc(language);
		const name = relative(ROOT, file);
		if (!process.argv.includes('--check')) {
			writeFileSync(file, text);
			console.log(`Wrote ${name}.`);
		} else if (readFileSync(file, 'utf8') !== text) {
			console.log(`${name} differs from the table: run npm run docs.`);
			process.exitCode = 1;
		}
	}
}

if (require.main === module) main();
