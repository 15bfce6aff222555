import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Controls } from '../controls/controls.cts';
import { markup, htmlPage, nothing } from './html.cts';
import type { Html } from './html.cts';
import { readBody } from '../protocol/requestBody.cts';
import type { World } from '../world.cts';
import { miniProgramPage } from './miniProgramPage.cts';
import { officialAccountPage } from './officialAccountPage.cts';
import { developerPlatformPage } from './developerPlatformPage.cts';
import { PEOPLE_PATH, sites } from './page.cts';
import type { Page, PageName } from './page.cts';
import { platformActions } from './platformActions.cts';
import { platformBody } from './platformPage.cts';
import { startBody } from './startPage.cts';

const startPage: Page = {
	show: (world, appId) =>
		appId === ''
			? { title: 'People of the local WeChat', site: sites.weChat, body: startBody(world) }
			: null,
	actions: {},
};

const platformPage: Page = {
	show: (world, appId) => {
		const platform = world.platforms.find(appId);
		return platform
			? {
					title: `Third-party platform ${appId}`,
					site: sites.openPlatform,
					trail: '管理中心 > 第三方平台 > 详情',
					body: platformBody(world, platform),
				}
			: null;
	},
	actions: platformActions,
};

const pages: Readonly<Record<PageName, Page>> = {
	'official-account': officialAccountPage,
	'mini-program': miniProgramPage,
	platform: platformPage,
	'developer-platform': developerPlatformPage,
};

interface Reply {
	readonly status: number;
	readonly body: string;
	readonly location?: string;
}

export function isPeoplePath(path: string): boolean {
	return path === PEOPLE_PATH || path.startsWith(`${PEOPLE_PATH}/`);
}

function pageAt(path: string): { page: Page; appId: string } {
	const [name = '', appId = ''] = path.slice(PEOPLE_PATH.length + 1).split('/');
	if (Object.hasOwn(pages, name)) return { page: pages[name as PageName], appId };
	return { page: startPage, appId: name };
}

function shown(world: World, path: string, status: number, notice: Html): Reply {
	const { page, appId } = pageAt(path);
	const content = page.show(world, appId);
	const back = markup`<nav><a href="${PEOPLE_PATH}">Everybody</a></nav>`;
	if (!content) {
		const body = markup`${back}
			<h1>Nobody here</h1>
			<p>Nobody here has this address.</p>`;
		return { status: 404, body: htmlPage({ title: 'Nobody here', site: sites.weChat, body }) };
	}
	const body = markup`${page === startPage ? nothing : back}${notice}${content.body}`;
	return { status, body: htmlPage({ ...content, body }) };
}

/** Runs the action of a form and sends the browser back to the page. */
async function acted(
	world: World,
	controls: Controls,
	path: string,
	fields: URLSearchParams,
): Promise<Reply> {
	const { page, appId } = pageAt(path);
	const name = fields.get('action') ?? '';
	try {
		if (!Object.hasOwn(page.actions, name)) throw new Error('there is no such action');
		const result = await page.actions[name].run(controls, appId, fields);
		const outcome = result === null && page.actions[name].unchanged ? 'unchanged' : 'done';
		return { status: 303, body: '', location: `${path}?${outcome}=${name}` };
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		// The name of the control means nothing to a person.
		const reason = message.replace(/^\w+ argument \d+\.?/, '');
		return shown(world, path, 409, markup`<p role="alert">Not done: ${reason}</p>`);
	}
}

function noticeOf(path: string, query: URLSearchParams): Html {
	const { actions } = pageAt(path).page;
	const outcome = query.has('unchanged') ? 'unchanged' : 'done';
	const name = query.get(outcome) ?? '';
	const text = Object.hasOwn(actions, name) ? actions[name][outcome] : undefined;
	return text === undefined ? nothing : markup`<p role="status">${text}</p>`;
}

/**
 * The pages on which a person plays everybody except the provider's software: the administrators of
 * Official Accounts and Mini Programs, the provider in its console, and WeChat itself. Forms act
 * by means of the controls and lead back to their page.
 */
export async function handlePeople(
	request: IncomingMessage,
	response: ServerResponse,
	world: World,
	controls: Controls,
): Promise<void> {
	const raw = await readBody(request);
	const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
	const path = pathname.replace(/\/$/, '');
	const { status, body, location } =
		request.method === 'POST'
			? await acted(world, controls, path, new URLSearchParams(raw?.toString('utf8') ?? ''))
			: shown(world, path, 200, noticeOf(path, searchParams));
	response.writeHead(status, {
		'Content-Type': 'text/html; charset=utf-8',
		'Cache-Control': 'no-store',
		'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
		...(location === undefined ? {} : { Location: location }),
	});
	response.end(body);
}
