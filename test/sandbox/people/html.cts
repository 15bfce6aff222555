/** Text that is HTML already. */
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

/** A term as WeChat writes it, in a page that is English otherwise. */
export function zh(term: string): Html {
	return markup`<span lang="zh-CN">${term}</span>`;
}

/** For a phone and a computer; needs nothing from elsewhere. */
const STYLE = new Html(`
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #1a1a1a; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2rem; }
section > ul { list-style: none; padding: 0; }
section > ul > li { border: 1px solid #bbb; border-radius: .5rem; padding: .75rem; margin: .5rem 0; }
form { display: inline-block; max-width: 100%; margin: .25rem .5rem .25rem 0; }
button, input, textarea { font: inherit; padding: .4rem .7rem; max-width: 100%; box-sizing: border-box; }
label { display: block; margin: .25rem 0; }
td, th { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; }
td { overflow-wrap: anywhere; }
@media (max-width: 40rem) { table { font-size: .8rem; } td, th { padding-right: .3rem; } td button { padding: .2rem; } }
code { overflow-wrap: anywhere; }
[role=status] { background: #e2f3e5; padding: .5rem .75rem; } [role=alert] { background: #fbe3e1; padding: .5rem .75rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`);

/** A whole page. */
export function htmlPage(title: string, body: Html): string {
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
				<main>${body}</main>
			</body>
		</html> `.text;
}
