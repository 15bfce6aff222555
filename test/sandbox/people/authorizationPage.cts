import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from '../platform/accounts.cts';
import { errorPage, formPage } from './authorizationHtml.cts';
import { grantAuthorization, pushGranted } from '../platform/authorizations.cts';
import { copiesOf, copiesOpenTo, preAuthCodeFault } from '../platform/platforms.cts';
import type { Platform } from '../platform/platforms.cts';
import type { AuthorizerKind, Materials } from '../platform/platformTypes.cts';
import { readBody } from '../protocol/requestBody.cts';
import type { World } from '../world.cts';

/** For a computer, for a phone, and for a phone as older pages and SDKs have it (documented). */
const PAGE_PATHS: ReadonlySet<string> = new Set([
	'/cgi-bin/componentloginpage',
	'/wxaopen/safe/bindcomponent',
	'/safe/bindcomponent',
]);

/** What the merchant can choose from. */
export interface Choice {
	readonly platform: Platform;
	readonly redirectUri: string;
	readonly accounts: readonly Account[];
	readonly permissionSets: readonly number[];
}

export function isAuthorizationPage(path: string): boolean {
	return PAGE_PATHS.has(path);
}

/** Ports of hosts are compared only if the domain names one. */
function isOnDomain(url: string, domain: string): boolean {
	if (!URL.canParse(url)) return false;
	const { host, hostname } = new URL(url);
	return (domain.includes(':') ? host : hostname) === domain;
}

function takes({ redirectDomain }: Materials, url: string): boolean {
	return redirectDomain === null || isOnDomain(url, redirectDomain);
}

const BOTH: readonly AuthorizerKind[] = ['officialAccount', 'miniProgram'];

/** Kinds by auth_type (documented); shops and suppliers have only 6, which is for all. */
const kindsByAuthType: Readonly<Record<string, readonly AuthorizerKind[] | undefined>> = {
	'': BOTH,
	'1': ['officialAccount'],
	'2': ['miniProgram'],
	'3': BOTH,
	'4': ['talent'],
	'5': ['channels'],
	'6': [...BOTH, 'shop', 'channels', 'talent', 'supplier'],
};

/** A link without auth_type shows Official Accounts and Mini Programs, as 3 does. */
function kindFits({ kind }: Account, authType: string): boolean {
	return kindsByAuthType[authType]?.includes(kind) ?? false;
}

/** The domain of the test copy opens the page to the accounts of the test list only. */
function isInvited(platform: Platform, account: Account, redirectUri: string): boolean {
	return copiesOpenTo(platform, account).some((copy) => takes(copy, redirectUri));
}

function accountsFor(world: World, platform: Platform, query: URLSearchParams): Account[] {
	const redirectUri = query.get('redirect_uri') ?? '';
	const own = world.allAccounts().filter((account) => {
		const { status } = account;
		if (!isInvited(platform, account, redirectUri)) return false;
		return status === 'none' || status === 'withdrawn' || world.platformOf(account) === platform;
	});
	const only = query.get('biz_appid');
	// biz_appid wins over auth_type (documented).
	if (only) return own.filter((account) => account.appId === only);
	return own.filter((account) => kindFits(account, query.get('auth_type') ?? ''));
}

function permissionSetsFor(platform: Platform, query: URLSearchParams): number[] {
	const wanted = query.get('category_id_list')?.split('|').map(Number);
	return platform.permissionSets.filter((id) => !wanted || wanted.includes(id));
}

/**
 * What is wrong with the link. The words are assumed; the checks are documented or reported.
 *
 * @param referer of the first request; null = not checked
 */
function faultOf(world: World, query: URLSearchParams, referer: string | null): string | null {
	const platform = world.platforms.find(query.get('component_appid') ?? '');
	if (!platform) return 'component_appid is missing or unknown';
	const codeFault = preAuthCodeFault(platform, query.get('pre_auth_code') ?? '', world.clock.now());
	if (codeFault !== null) return `pre_auth_code is ${codeFault}`;
	const redirectUri = query.get('redirect_uri') ?? '';
	if (!/^https?:/.test(redirectUri) || !URL.canParse(redirectUri)) {
		return 'redirect_uri is missing or not a URL';
	}
	const copies = copiesOf(platform).filter((copy) => takes(copy, redirectUri));
	if (copies.length === 0) return 'redirect_uri is not on the registered start page domain';
	if (referer === null || !world.settings.requireReferer) return null;
	return copies.some((copy) => takes(copy, referer))
		? null
		: 'the start page domain is empty or differs from the registered one (Referer)';
}

function choiceOf(world: World, query: URLSearchParams): Choice | string {
	const platform = world.platforms.get(query.get('component_appid') ?? '');
	const accounts = accountsFor(world, platform, query);
	if (accounts.length === 0) {
		if (!platform.published || !takes(platform, query.get('redirect_uri') ?? '')) {
			return 'not published: only the accounts of the test list can authorize the platform';
		}
		return query.get('biz_appid')
			? 'biz_appid is not among the accounts of this person'
			: 'no account matches auth_type';
	}
	return {
		platform,
		redirectUri: query.get('redirect_uri') ?? '',
		accounts,
		permissionSets: permissionSetsFor(platform, query),
	};
}

interface Page {
	readonly html?: string;
	readonly location?: string;
}

/** Where the browser goes: redirect_uri with the code added to its query. */
function withCode(redirectUri: string, code: string, expiresIn: number): string {
	const target = new URL(redirectUri);
	target.searchParams.set('auth_code', code);
	target.searchParams.set('expires_in', String(expiresIn));
	return target.href;
}

/** The merchant has agreed: WeChat pushes while the browser goes back. */
function agree(world: World, query: URLSearchParams, choice: Choice, form: URLSearchParams): Page {
	const account = choice.accounts.find(({ appId }) => appId === form.get('account'));
	if (!account) return { html: errorPage('no account was chosen') };
	const sets = form.getAll('set').map(Number);
	if (sets.length === 0 || !sets.every((id) => choice.permissionSets.includes(id))) {
		return { html: errorPage('no permission set was chosen, or one that is not offered') };
	}
	const { platform, redirectUri } = choice;
	const code = query.get('pre_auth_code') ?? '';
	const granted = grantAuthorization(world, platform, account, sets, code);
	if (!granted) return { html: errorPage('nothing changed, so there is no new code') };
	void pushGranted(world, platform, account, granted);
	const lifetime = world.settings.authorizationCodeLifetimeSeconds;
	return { location: withCode(redirectUri, granted.authorizationCode, lifetime) };
}

function pageFor(request: IncomingMessage, raw: Buffer | null, world: World): Page {
	const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
	const posted = request.method === 'POST';
	const fault = faultOf(world, searchParams, posted ? null : (request.headers.referer ?? ''));
	if (fault !== null) return { html: errorPage(fault) };
	const choice = choiceOf(world, searchParams);
	if (typeof choice === 'string') return { html: errorPage(choice) };
	if (!posted) return { html: formPage(choice) };
	return agree(world, searchParams, choice, new URLSearchParams(raw?.toString('utf8') ?? ''));
}

/**
 * The page on which a merchant authorizes a platform: GET shows accounts and permission sets, POST
 * of its form redirects to redirect_uri. Instead of scanning a QR code, anybody who opens it can choose any
 * account. Pages that show what is wrong have HTTP status 200 (assumed).
 */
export async function handleAuthorizationPage(
	request: IncomingMessage,
	response: ServerResponse,
	world: World,
): Promise<void> {
	const raw = await readBody(request);
	world.log.countPage((request.url ?? '').split('?', 1)[0]);
	const { html = '', location } = pageFor(request, raw, world);
	response.writeHead(location === undefined ? 200 : 302, {
		'Content-Type': 'text/html; charset=utf-8',
		'Cache-Control': 'no-store',
		...(location === undefined ? {} : { Location: location }),
	});
	response.end(html);
}
