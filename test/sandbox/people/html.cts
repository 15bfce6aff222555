/** Text that is already HTML. */
export class Html {
	constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[];

function escaped(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}

function textOf(value: Value): string {
	if (value instanceof Html) return value.text;
	if (typeof value === 'object') return value.map(({ text }) => text).join('\n');
	return escaped(String(value));
}

/** A template in which everything but `Html` is escaped. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
	const texts = parts.map(
		(part, index) => part + (index < values.length ? textOf(values[index]) : ''),
	);
	return new Html(texts.join(''));
}

export const nothing = new Html('');

/** A Chinese term of WeChat in an English page. */
export function zh(term: string): Html {
	return markup`<span lang="zh-CN">${term}</span>`;
}

/** The style of all pages, for phones and computers. It loads nothing else. */
const STYLE = new Html(`
:root {
	--ink: #1b1f24; --soft: #57606a; --line: #d5dae0; --ground: #f3f5f7; --paper: #fff;
	--accent: #06703a; --done: #06703a; --waits: #7a4b00; --act: #a3242b;
}
*, *::before, *::after { box-sizing: border-box; }
body {
	margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
	font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
}
a { color: var(--accent); } a:hover { text-decoration-thickness: 2px; }
body > header { background: var(--paper); border-bottom: 1px solid var(--line); }
body > header > div, main { max-width: 62rem; margin: 0 auto; padding: .75rem 1rem; }
body > header > div { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
.site { font-weight: 600; } .trail { color: var(--soft); font-size: .875rem; } .note { color: var(--soft); margin: 0; font-size: .875rem; }
body > header .note { margin-left: auto; }
main { padding-bottom: 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1rem 0 .25rem; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .5rem; }
h1 + p { color: var(--soft); margin: 0 0 1rem; }
section, .card { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin: 1rem 0; }
section > :last-child, .card > :last-child { margin-bottom: 0; }
section > ul { list-style: none; padding: 0; margin: 0; }
section > ul > li { padding: .625rem 0; border-top: 1px solid var(--line); }
section > ul > li:first-child { border-top: 0; padding-top: 0; } section > ul > li:last-child { padding-bottom: 0; }
section > ul > li p { margin: 0 0 .25rem; }
form { margin: .75rem 0; } li form, td form, .buttons form { display: inline-block; margin: .25rem .5rem .25rem 0; }
form.settings + form.settings { border-top: 1px solid var(--line); padding-top: .75rem; }
button {
	font: inherit; line-height: 1.3; padding: .45rem .9rem; max-width: 100%; border-radius: .5rem; cursor: pointer;
	border: 1px solid var(--line); background: var(--paper); color: var(--ink);
}
button:hover { border-color: var(--soft); }
button.main { background: var(--accent); border-color: var(--accent); color: #fff; } button.main:hover { background: #04552c; }
:focus-visible { outline: 3px solid #4aa3ff; outline-offset: 2px; }
label { display: block; margin: .5rem 0; }
input:not([type=checkbox], [type=radio]), textarea {
	display: block; width: 100%; margin-top: .25rem; padding: .45rem .6rem; font: inherit; color: inherit;
	background: var(--paper); border: 1px solid #8b949e; border-radius: .5rem;
}
input[type=number] { max-width: 12rem; }
textarea { field-sizing: content; resize: vertical; min-height: 2.45rem; font-family: ui-monospace, monospace; font-size: .875rem; }
input[type=checkbox], input[type=radio] { width: 1.1rem; height: 1.1rem; margin: 0 .35rem 0 0; vertical-align: -.15rem; accent-color: var(--accent); }
fieldset { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; margin: .75rem 0; } legend { font-weight: 600; padding: 0 .35rem; }
.copies { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1.25rem; border-top: 1px solid var(--line); padding: .5rem 0; }
.copies p { margin: .5rem 0; } .copies code { display: block; margin-top: .25rem; padding: .45rem 0; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
td, th { text-align: left; padding: .4rem .75rem .4rem 0; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: break-word; }
td code { overflow-wrap: anywhere; } thead th { white-space: nowrap; border-top: 0; color: var(--soft); font-weight: 600; font-size: .875rem; }
code { font-family: ui-monospace, monospace; font-size: .875rem; }
.state { font-weight: 600; } .done { color: var(--done); } .waits { color: var(--waits); } .act { color: var(--act); }
[role=status], [role=alert], #error { border-radius: .5rem; padding: .6rem .9rem; border-left: .3rem solid; }
[role=status] { background: #e3f4e8; border-color: var(--done); } [role=alert], #error { background: #fbe6e5; border-color: var(--act); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 50rem) {
	section, .card { padding: .9rem 1rem; }
	.copies { grid-template-columns: minmax(0, 1fr); }
	table, tbody, tr, td { display: block; }
	thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
	tr { border-top: 1px solid var(--line); padding: .4rem 0; } tbody tr:first-child { border-top: 0; }
	td { border: 0; padding: .1rem 0; overflow-wrap: anywhere; } td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); }
}
`);

/** One page of one of WeChat's sites. */
export interface PageContent {
	readonly title: string;
	/** WeChat's name for the site. */
	readonly site: Html;
	/** The path to the page in WeChat's menus. */
	readonly trail?: string;
	readonly body: Html;
}

/** A whole page. */
export function htmlPage({ title, site, trail, body }: PageContent): string {
	return markup`<!DOCTYPE html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<title>${title}</title>
				<style>
					${STYLE}
				</style>
			</head>
			<body>
				<header>
					<div>
						<span class="site">${site}</span>
						${trail === undefined ? nothing : markup`<span class="trail" lang="zh-CN">${trail}</span>`}
						<p class="note">Local, not the real one</p>
					</div>
				</header>
				<main>${body}</main>
			</body>
		</html> `.text;
}
