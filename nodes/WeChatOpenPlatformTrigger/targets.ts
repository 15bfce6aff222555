import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { shortHash } from '../wechat/values';

/** A server to which pushes go on. */
export interface Target {
	/** Tells targets apart in what is kept; the URL may hold a secret. */
	id: string;
	url: string;
	/** What the log calls it: its line and its host. */
	name: string;
}

/** The parameter Forward To as it was read. */
export interface Targets {
	targets: Target[];
	/** What is wrong with lines that are left out, without anything that could be secret. */
	problems: string[];
}

/**
 * Reads the parameter Forward To: URLs, one a line. The trigger's own one is left out, since a push that
 * is sent back to it would come again.
 */
export function readTargets(context: IHookFunctions | IWebhookFunctions): Targets {
	const ownUrl = context.getNodeWebhookUrl('default');
	const targets: Target[] = [];
	const problems: string[] = [];
	const lines = String(context.getNodeParameter('forwardTo', '') ?? '').split('\n');
	lines.forEach((text, index) => {
		const line = text.trim();
		if (line === '') return;
		const url = parse(line);
		const where = `Forward To, line ${index + 1}`;
		if (!url) problems.push(`${where}: it is not a URL that begins with http:// or https://`);
		else if (isOwn(url, ownUrl)) problems.push(`${where}: it is this trigger's own URL`);
		else targets.push({ id: shortHash(line), url: line, name: `${where} (${url.host})` });
	});
	return { targets: [...new Map(targets.map((one) => [one.id, one])).values()], problems };
}

/** Reads a parameter that chooses kinds of pushes; what an expression gives need not be a list. */
export function readKinds(
	context: IWebhookFunctions,
	name: string,
	otherwise: string[],
): unknown[] {
	return [context.getNodeParameter(name, otherwise) ?? otherwise].flat();
}

function parse(text: string): URL | undefined {
	return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

/** The trigger's addresses begin alike. The test and the production URL of a webhook differ in one word. */
function isOwn(url: URL, ownUrl: string | undefined): boolean {
	const own = parse(ownUrl ?? '');
	if (own?.host !== url.host) return false;
	const pathOf = ({ pathname }: URL) => pathname.replace('/webhook-test/', '/webhook/');
	return pathOf(url).startsWith(pathOf(own).replace(/[^/]*$/, ''));
}
