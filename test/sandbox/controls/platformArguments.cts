import {
	amount,
	appId,
	either,
	flag,
	hex,
	integer,
	listOf,
	nullable,
	oneOf,
	optional,
	positive,
	shape,
	text,
	url,
	within,
} from './argumentChecks.cts';
import type { Check, Fields } from './argumentChecks.cts';
import type { PlatformControls } from './platformControls.cts';
import type { PlatformSettings } from '../platform/platformSettings.cts';
import type {
	ApiLimit,
	AuthorizeInput,
	AuthorizerDetails,
	AuthorizerKind,
	BulkAccounts,
	Materials,
	PlatformInput,
} from '../platform/platformTypes.cts';
import { pushFields, pushFilter, rawPush } from './pushArguments.cts';
import type { AccountStatus } from '../types.cts';

export type ArgumentChecks<Args extends unknown[]> = {
	[Index in keyof Args]-?: Check<Args[Index]>;
};

export const accountStatus = oneOf<AccountStatus>(
	'authorized',
	'none',
	'withdrawn',
	'frozen',
	'banned',
	'cancelled',
);
const kind = oneOf<AuthorizerKind>(
	'officialAccount',
	'miniProgram',
	'shop',
	'channels',
	'talent',
	'supplier',
);
const permissionSets = optional(listOf(integer));

export const platformSettings: Fields<Partial<PlatformSettings>> = {
	componentTokenGraceSeconds: optional(amount),
	authorizerTokenGraceSeconds: optional(amount),
	refreshTokenGraceSeconds: optional(amount),
	componentTokenLifetimeSeconds: optional(amount),
	authorizerTokenLifetimeSeconds: optional(amount),
	ticketLifetimeSeconds: optional(amount),
	preAuthCodeLifetimeSeconds: optional(amount),
	authorizationCodeLifetimeSeconds: optional(amount),
	codeExpiryInSeconds: optional(flag),
	wrongSecretErrcode: optional(integer),
	refreshTokenRotates: optional(flag),
	updateKeepsRefreshToken: optional(flag),
	unexchangedRefreshToken: optional(oneOf('empty', 'missing')),
	listShowsWithdrawn: optional(flag),
	listNewestFirst: optional(flag),
	listTellsTotal: optional(flag),
	listShortPages: optional(oneOf('none', 'fewer', 'leftOut')),
	listIgnoresOffset: optional(flag),
	confirmInfo: optional(flag),
	requireReferer: optional(flag),
	ticketIntervalSeconds: optional(within(0, 86_400)),
	repeatTicket: optional(flag),
	pushTimeoutMs: optional(amount),
	pushTries: optional(positive),
	pushRetryDelayMs: optional(amount),
	delayAuthorizationPush: optional(either(amount, oneOf('drop'), 'milliseconds or "drop"')),
	pushCdata: optional(oneOf('texts', 'all', 'none')),
	pushesUseSystemClock: optional(flag),
};

export const authorizerDetails: Fields<AuthorizerDetails> = {
	kind: optional(kind),
	serviceType: optional(integer),
	verifyType: optional(integer),
	accountStatus: optional(integer),
	username: optional(text),
	alias: optional(text),
	signature: optional(text),
	exchanged: optional(flag),
	refreshToken: optional(text),
	platform: optional(appId),
	authTime: optional(integer),
};

/** 43 letters and digits. */
const encodingAesKey: Check<string> = (value, name) => {
	if (typeof value === 'string' && /^[A-Za-z0-9]{43}$/.test(value)) return value;
	throw new Error(`${name}: expected 43 letters and digits`);
};

const APPID_MARK = '/$APPID$';

/** The console refuses the placeholder in one URL and requires it in the other (documented). */
const eventUrl: Check<string> = (value, name) => {
	const given = url(value, name);
	if (!given.includes(APPID_MARK)) return given;
	throw new Error(`${name}: ${APPID_MARK} belongs in the URL for messages`);
};

const messageUrl: Check<string> = (value, name) => {
	const given = url(value, name);
	if (new URL(given).pathname.includes(APPID_MARK)) return given;
	throw new Error(`${name}: expected ${APPID_MARK} in its path, which represents the account`);
};

const MOST_TEST_ACCOUNTS = 10;

const testAccounts: Check<string[]> = (value, name) => {
	const ids = listOf(text)(value, name);
	if (ids.length > MOST_TEST_ACCOUNTS) {
		throw new Error(`${name}: at most ${MOST_TEST_ACCOUNTS} accounts`);
	}
	const wrong = ids.find((id) => !id.startsWith('gh_'));
	if (wrong === undefined) return ids;
	throw new Error(`${name}: ${wrong} is not an original ID (gh_...)`);
};

const materials: Fields<Partial<Materials>> = {
	messageToken: optional(text),
	encodingAesKey: optional(encodingAesKey),
	eventUrl: optional(nullable(eventUrl)),
	messageUrl: optional(nullable(messageUrl)),
	redirectDomain: optional(nullable(text)),
};

const changes: Fields<Omit<PlatformInput, 'appId'>> = {
	appSecret: optional(text),
	...materials,
	permissionSets,
	ipWhitelist: optional(nullable(listOf(text))),
	testAccounts: optional(testAccounts),
	published: optional(flag),
	pushingStopped: optional(flag),
};

const bulk = shape<BulkAccounts>({
	prefix: optional(hex(10)),
	from: optional(within(0, 0xff_ffff)),
	namePrefix: optional(text),
	company: optional(text),
	permissionSets,
	status: optional(accountStatus),
	kind: optional(kind),
	serviceType: optional(integer),
	verifyType: optional(integer),
	accountStatus: optional(integer),
	exchanged: optional(flag),
	platform: optional(appId),
});

const authorize = shape<AuthorizeInput>({
	account: appId,
	permissionSets,
	viaCode: optional(text),
	platform: optional(appId),
});

export const platformArguments: {
	readonly [Name in keyof PlatformControls]: ArgumentChecks<Parameters<PlatformControls[Name]>>;
} = {
	addPlatform: [shape<PlatformInput>({ appId, ...changes })],
	changePlatform: [shape<Omit<PlatformInput, 'appId'>>(changes), optional(appId)],
	changeTestCopy: [shape<Partial<Materials>>(materials), optional(appId)],
	publish: [optional(appId)],
	platform: [optional(appId)],
	setEventUrl: [nullable(eventUrl), optional(appId)],
	addAccounts: [within(1, 100_000), optional(bulk)],
	authorize: [authorize],
	reauthorize: [authorize],
	registerAccount: [appId, optional(appId)],
	withdraw: [appId],
	writeAsFollower: [appId, optional(text)],
	pushTicket: [optional(text), optional(appId)],
	push: [text, optional(pushFields), optional(appId)],
	repeatPush: [positive, optional(url)],
	checkPublication: [optional(appId)],
	pushRaw: [optional(rawPush)],
	lastTicket: [optional(appId)],
	pushes: [optional(pushFilter)],
	mintAside: [appId, optional(amount)],
	voidEvery: [within(0, 1_000_000)],
	counters: [],
	secrets: [],
	setApiLimit: [
		text,
		shape<ApiLimit>({
			callsPerDay: optional(nullable(amount)),
			callsPerMinute: optional(nullable(amount)),
		}),
	],
};
