import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

import { ALL_LACK_SET_33 } from '../../nodes/setup/checkHints';
import { ERRCODES, ERRCODES_BY_API, type WhoActs } from '../../nodes/wechat/errcodeTable';
import { describeLinkStatus, describeNotListed } from '../../nodes/wechat/linkStates';
import type { Text } from '../../nodes/wechat/text';

const NODES = join(__dirname, '../../nodes');
const HAN = /\p{Script=Han}/u;

/** A text as written in the source, with `${}` for inserted values. */
interface Found {
	place: string;
	text: Text;
	/** Who has to act, if the text is the hint of an obstacle. */
	whoActs?: string;
}

/** Every text in two languages under nodes/. */
const FOUND: Found[] = readdirSync(NODES, { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.ts'))
	.flatMap((name) => textsIn(join(NODES, name)));

function textsIn(file: string): Found[] {
	const source = ts.createSourceFile(
		file,
		readFileSync(file, 'utf8'),
		ts.ScriptTarget.ES2022,
		true,
	);
	const found: Found[] = [];
	const visit = (node: ts.Node): void => {
		const text = ts.isObjectLiteralExpression(node) && readText(node);
		if (text) {
			const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
			const whoActs = whoActsBeside(node);
			found.push({ place: `${relative(NODES, file)}:${line}`, text, ...(whoActs && { whoActs }) });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found.filter(({ text }) => text.en !== '' || text['zh-CN'] !== '');
}

function readText(node: ts.ObjectLiteralExpression): Text | undefined {
	const en = valueOf(node, 'en');
	const chinese = valueOf(node, 'zh-CN');
	return en !== undefined && chinese !== undefined ? { en, 'zh-CN': chinese } : undefined;
}

function valueOf(node: ts.ObjectLiteralExpression, name: string): string | undefined {
	const property = node.properties.find(
		(one) =>
			ts.isPropertyAssignment(one) &&
			(ts.isIdentifier(one.name) || ts.isStringLiteral(one.name)) &&
			one.name.text === name,
	);
	if (!property || !ts.isPropertyAssignment(property)) return undefined;
	const value = property.initializer;
	if (ts.isStringLiteralLike(value)) return value.text;
	if (!ts.isTemplateExpression(value)) return undefined;
	return value.head.text + value.templateSpans.map(({ literal }) => `\${}${literal.text}`).join('');
}

function whoActsBeside(text: ts.Node): string | undefined {
	const { parent } = text;
	const isHint = ts.isPropertyAssignment(parent) && parent.name.getText() === 'hint';
	return isHint && ts.isObjectLiteralExpression(parent.parent)
		? valueOf(parent.parent, 'whoActs')
		: undefined;
}

/** Consoles, places and persons: both languages name them, or neither does. */
const TERMS: ReadonlyArray<[name: string, en: RegExp, chinese: RegExp]> = [
	['the Open Platform console', /WeChat Open Platform console/, /微信开放平台/],
	['the Developer Platform', /WeChat Developer Platform/, /微信开发者平台/],
	['the Official Accounts Platform', /Official Accounts Platform/, /微信公众平台/],
	["the Mini Program's console", /Mini Program's console/, /小程序后台/],
	['the authorization link', /authorization link/, /授权链接/],
	['the authorization event URL', /authorization event URL/, /授权事件接收URL/],
	['the IP whitelist', /whitelist/, /白名单/],
	['permission sets', /[Pp]ermission set|lacks the set|confirms the set|权限集/, /权限集/],
	['WeChat support', /WeChat support|support can tell/, /微信官方客服/],
	['the security assistant', /security assistant/, /安全助手/],
	['the Official Account administrator', /Official Account administrator/, /公众号管理员/],
	['the Mini Program administrator', /Mini Program administrator/, /小程序管理员/],
	['the provider', /[Tt]he provider/, /服务商/],
	['the maintainers', /maintainers/, /维护者/],
	['template messages', /template message/, /模板消息/],
];

/** Names that stay as they are: n8n's, this package's, and WeChat's fields. */
const LABELS =
	/Get Status|Create Authorization URL|Check Setup|Max Concurrency|API Base URL|Access Token|Token Service URL|Header (?:Name|Value)|Redirect URL|WeChat Open Platform (?:API|Trigger)|WeChat Authorizer Token API|\bUnlink\b|authorizer_access_token|\baccess_token|clear_quota|requestIP|errmsg|\brid\b|AppSecret|AppID\b|(?:mp|developers)\.weixin\.qq\.com|https?:\/\/(?:\w+(?:\.\w+)*)?|\/cgi-bin\/[\w/]+|openapi\/[\w/]+|gh_|\bwx\b|UTF-8|\bPOST\b|JSON|微信认证|小程序关联管理|\$\{\}/g;

const setOf = (text: string, pattern: RegExp): string[] =>
	[...new Set(text.match(pattern) ?? [])].sort();

it('The test finds more texts than the table has codes', () => {
	expect(FOUND.length).toBeGreaterThan(Object.keys(ERRCODES).length * 1.5);
	expect(FOUND.filter(({ whoActs }) => whoActs).length).toBeGreaterThan(20);
});

it.each(FOUND.map(({ place, text }) => [place, text] as const))(
	'The text %s says the same in both languages',
	(_, { en, 'zh-CN': chinese }) => {
		expect(en.trim()).not.toBe('');
		expect(chinese).toMatch(HAN);
		// Each has the marks of its language, and both are sentences or neither is.
		expect(en).not.toMatch(/[，。：；（）]/);
		expect(chinese).not.toMatch(/\p{Script=Han}[,.:;]|[,;]\p{Script=Han}/u);
		expect(/[.!?]$/.test(en)).toBe(/[。！？]$/.test(chinese));

		const named = (column: 1 | 2, words: string) =>
			TERMS.filter((term) => term[column].test(words)).map(([name]) => name);
		expect(named(2, chinese)).toEqual(named(1, en));
		expect(setOf(chinese, LABELS)).toEqual(setOf(en, LABELS));
		expect(setOf(chinese, /\d+/g)).toEqual(setOf(en, /\d+/g));
	},
);

const ACTORS: ReadonlyArray<[WhoActs, RegExp]> = [
	['officialAccountAdmin', /Official Account administrator|公众号管理员/],
	['miniProgramAdmin', /Mini Program administrator|小程序管理员/],
	['provider', /[Tt]he provider|服务商/],
];
const TIME_HELPS =
	/^(?:Send the item again (?:in|tomorrow|after|next)|Wait|Nothing to do|There is nothing to do|Linked|请(?:几|一)分钟后|请明天|请下个月|请等待|无需操作|无需任何操作|已关联|不确定|WeChat may or may not)/;

/** Who has to act by the words of a hint: the first person named. */
function actorsOf(hint: string): WhoActs[] {
	if (TIME_HELPS.test(hint)) return ['nobody'];
	const [first] = ACTORS.map(([actor, name]) => ({ actor, at: hint.search(name) }))
		.filter(({ at }) => at >= 0)
		.sort((a, b) => a.at - b.at);
	if (first) return [first.actor];
	return /WeChat support|微信官方客服/.test(hint) ? ['weChat', 'operator'] : ['operator'];
}

const HINTS: Array<[string, { hint: Text; whoActs: string }]> = [
	...Object.entries(ERRCODES),
	...Object.entries(ERRCODES_BY_API).map(
		([api, rows]): [string, { hint: Text; whoActs: string }] => [`0 of ${api}`, rows[0]],
	),
	...[1, 2, 12, 4, null].map((status): [string, { hint: Text; whoActs: string }] => [
		`the status ${status}`,
		describeLinkStatus(status),
	]),
	['what is not listed', describeNotListed(false, true)],
	['what may be refused', describeNotListed(true, true)],
	...FOUND.flatMap(
		({ place, text, whoActs }): Array<[string, { hint: Text; whoActs: string }]> =>
			whoActs ? [[place, { hint: text, whoActs }]] : [],
	).filter(([, { hint }]) => !hint.en.includes('refused the link')),
];

describe('Permission sets', () => {
	const OF_SETS = FOUND.filter(({ text }) => /permission set|lacks the set/i.test(text.en));

	it.each([
		['the answer 61007', ERRCODES[61007].hint],
		['the finding that all lack it', ALL_LACK_SET_33],
	])('A permission set of the platform is added in the Developer Platform, by %s', (_, text) => {
		expect(text.en).toMatch(/WeChat Developer Platform.* at once/);
		expect(text['zh-CN']).toMatch(/微信开发者平台.*立即生效/);
	});

	it('No hint asks to publish the platform for a permission set', () => {
		for (const { text } of OF_SETS) {
			expect(text.en).not.toMatch(/publish(?:es)? it again/);
			expect(text['zh-CN']).not.toMatch(/重新全网发布/);
		}
	});

	it('No hint about permission sets leads to mp.weixin.qq.com', () => {
		for (const { text } of OF_SETS) {
			expect(text.en).not.toMatch(/granted in the WeChat Official Accounts Platform/);
			expect(text['zh-CN']).not.toMatch(/也可在微信公众平台/);
		}
	});
});

describe('Hints', () => {
	it.each(HINTS)('The hint of %s names who acts, in both languages', (_, { hint, whoActs }) => {
		expect(actorsOf(hint.en)).toContain(whoActs);
		expect(actorsOf(hint['zh-CN'])).toContain(whoActs);
	});

	it('The operator acts after a refusal: no invitation is left to agree to', () => {
		expect(describeLinkStatus(3).whoActs).toBe('operator');
	});
});
