/** A person with a browser that has forms but no scripts. */

export interface Shown {
	readonly status: number;
	readonly html: string;
	/** The text of the page, in one line. */
	readonly text: string;
	/** The address after redirects. */
	readonly url: string;
}

export interface Form {
	/** The label of the button, with its hidden part. */
	readonly label: string;
	readonly fields: URLSearchParams;
	readonly action: string;
}

const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' } as const;

function decoded(text: string): string {
	return text.replace(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity as '&lt;']);
}

export function textOf(html: string): string {
	const shown = html.replace(/<(style|title)[\s\S]*?<\/\1>/g, '');
	const withoutTags = shown.replace(/<\/?(?:span|b|code)[^>]*>/g, '').replace(/<[^>]*>/g, ' ');
	return decoded(withoutTags.replace(/\s+/g, ' ').trim());
}

function attributesOf(tag: string): Map<string, string> {
	const found = tag.matchAll(/([a-z-]+)(?:="([^"]*)")?(?=[\s/>])/g);
	return new Map([...found].map(([, name, value]) => [name, decoded(value ?? '')]));
}

/** The fields that an unchanged form sends, with that of the button. */
function fieldsOf(html: string, button: string): URLSearchParams {
	const fields = new URLSearchParams();
	for (const [tag] of html.matchAll(/<input[^>]*>/g)) {
		const attributes = attributesOf(tag);
		const chosen = !/^(checkbox|radio)$/.test(attributes.get('type') ?? '');
		if (chosen || attributes.has('checked')) {
			fields.append(attributes.get('name') ?? '', attributes.get('value') ?? '');
		}
	}
	for (const [, tag, value] of html.matchAll(/(<textarea[^>]*>)([\s\S]*?)<\/textarea/g)) {
		fields.append(attributesOf(tag).get('name') ?? '', decoded(value));
	}
	const attributes = attributesOf(button);
	if (attributes.has('name')) {
		fields.append(attributes.get('name') ?? '', attributes.get('value') ?? '');
	}
	return fields;
}

export function formsOf({ html }: Shown): Form[] {
	return [...html.matchAll(/(<form[^>]*>)([\s\S]*?)<\/form\s*>/g)].map(([, tag, content]) => {
		const button = /(<button[^>]*>)([\s\S]*?)<\/button\s*>/.exec(content);
		return {
			label: textOf(button?.[2] ?? ''),
			fields: fieldsOf(content, button?.[1] ?? ''),
			action: attributesOf(tag).get('action') ?? '',
		};
	});
}

async function shownBy(response: Response): Promise<Shown> {
	const html = await response.text();
	return { status: response.status, html, text: textOf(html), url: response.url };
}

const READS_ENGLISH = { 'Accept-Language': 'en' };

/** Opens an address as if you had pasted it. */
export async function open(url: string, headers: Record<string, string> = {}): Promise<Shown> {
	return shownBy(await fetch(url, { headers: { ...READS_ENGLISH, ...headers } }));
}

function only<T extends { label: string }>(all: T[], label: string, kind: string): T {
	const fitting = all.filter((one) => one.label.startsWith(label));
	if (fitting.length === 1) return fitting[0];
	const labels = all.map((one) => one.label).join(' | ');
	throw new Error(`${fitting.length} ${kind} start with "${label}": ${labels}`);
}

/** Follows the only link whose text starts like this. */
export async function follow(shown: Shown, label: string): Promise<Shown> {
	const links = [...shown.html.matchAll(/(<a\s[^>]*>)([\s\S]*?)<\/a\s*>/g)].map(
		([, tag, content]) => ({
			label: textOf(content),
			href: attributesOf(tag).get('href') ?? '',
		}),
	);
	const url = new URL(only(links, label, 'links').href, shown.url);
	return shownBy(await fetch(url, { headers: { ...READS_ENGLISH, Referer: shown.url } }));
}

/** Fills in some fields and clicks the only button whose label starts like this. */
export async function press(
	shown: Shown,
	label: string,
	changes: Record<string, string | string[]> = {},
): Promise<Shown> {
	const { fields, action } = only(formsOf(shown), label, 'buttons');
	for (const [name, value] of Object.entries(changes)) {
		fields.delete(name);
		for (const one of [value].flat()) fields.append(name, one);
	}
	const url = new URL(action, shown.url);
	return shownBy(
		await fetch(url, {
			method: 'POST',
			body: fields,
			headers: { ...READS_ENGLISH, Referer: shown.url },
		}),
	);
}
