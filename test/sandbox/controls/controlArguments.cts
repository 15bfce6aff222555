import {
	amount,
	appId,
	either,
	flag,
	httpStatus,
	integer,
	listOf,
	nullable,
	oneOf,
	optional,
	positive,
	shape,
	text,
} from './argumentChecks.cts';
import type { Check, Fields } from './argumentChecks.cts';
import type { ControlName, Controls } from './controls.cts';
import {
	accountStatus,
	authorizerDetails,
	platformArguments,
	platformSettings,
} from './platformArguments.cts';
import type { ArgumentChecks } from './platformArguments.cts';
import type {
	AccountInput,
	Behavior,
	CallFilter,
	CallRecord,
	HostName,
	Limits,
	ListForm,
	Match,
	MiniProgramInput,
	MiniProgramKind,
	Outage,
	RelationState,
	Settings,
	TailStyle,
	TokenKind,
	TokenOptions,
	TokenServiceSettings,
} from '../types.cts';

const miniProgramKind = oneOf<MiniProgramKind>('miniProgram', 'store', 'officialAccount');
const tokenKind = oneOf<TokenKind>('authorizer', 'component', 'own', 'miniProgram');
const tail = oneOf<TailStyle>('rid', 'ridNoSpace', 'commaRid', 'hint');
const listForm = oneOf<ListForm>(
	'noItems',
	'wxopensNull',
	'wxopensEmpty',
	'itemsNull',
	'itemsEmptyObject',
	'withNullItems',
	'withoutFirst',
);
const limit = optional(nullable(amount));

const settings = shape<Partial<Settings>>({
	knowAllMiniPrograms: optional(flag),
	replacedTokenGraceSeconds: optional(amount),
	unlinkNotLinkedErrcode: optional(integer),
	officialAccountRefusalStatus: optional(nullable(integer)),
	...platformSettings,
});

const account = shape<AccountInput>({
	appId,
	name: optional(text),
	company: optional(text),
	permissionSets: optional(listOf(integer)),
	status: optional(accountStatus),
	...authorizerDetails,
});

const miniProgramChanges: Fields<Omit<MiniProgramInput, 'appId'>> = {
	username: optional(text),
	nickname: optional(text),
	email: optional(text),
	company: optional(text),
	kind: optional(miniProgramKind),
	banned: optional(flag),
	overseas: optional(flag),
	forbidsLinking: optional(flag),
	nearby: optional(flag),
	released: optional(flag),
};

const tokenOptions = shape<TokenOptions>({
	lifetimeSeconds: optional(amount),
	value: optional(text),
	kind: optional(tokenKind),
});

const relationState: Check<RelationState> = either(
	integer,
	oneOf<Exclude<RelationState, number>>('none', 'unlinkPending', 'linkingFromConsole'),
	'a status number, none, unlinkPending or linkingFromConsole',
);

const match = shape<Match>({
	miniProgramAppId: optional(text),
	account: optional(text),
	path: optional(text),
});

const behavior = shape<Behavior>({
	times: optional(positive),
	errcode: optional(integer),
	errmsg: optional(text),
	blankErrmsg: optional(flag),
	tail: optional(tail),
	errcodeAsString: optional(flag),
	bareSuccess: optional(flag),
	delayMs: optional(amount),
	drop: optional(flag),
	htmlStatus: optional(httpStatus),
	page: optional(text),
	rawControls: optional(flag),
	truncate: optional(flag),
	carryOut: optional(flag),
	omitAppId: optional(flag),
	itemStatus: optional(integer),
	omitWxopens: optional(flag),
	listForm: optional(listForm),
	omitAuthorizationInfo: optional(flag),
	addServiceAccount: optional(flag),
});

const limits = shape<Partial<Limits>>({
	callsPerDay: limit,
	callsPerMinute: limit,
	sameCompanyLinks: limit,
	otherCompanyLinks: limit,
	sameCompanyLinksPerMonth: limit,
	otherCompanyLinksPerMonth: limit,
	linksPerMonth: limit,
});

const tokenService = shape<Partial<TokenServiceSettings>>({
	secretHeader: optional(
		nullable(shape<{ name: string; value: string }>({ name: text, value: text })),
	),
	key: optional(
		oneOf<TokenServiceSettings['key']>('authorizer_access_token', 'access_token', 'token'),
	),
	inData: optional(flag),
	caches: optional(flag),
	failsNoCache: optional(flag),
	answer: optional(nullable(shape<{ status: number; text: string }>({ status: httpStatus, text }))),
	mint: optional(flag),
	lifetimeSeconds: optional(amount),
	delayMs: optional(amount),
	failure: optional(nullable(oneOf('http500', 'notJson', 'noToken', 'redirect', 'noAnswer'))),
	offersList: optional(flag),
	namesAccount: optional(flag),
	tokenOf: optional(nullable(text)),
	fixedToken: optional(nullable(text)),
	wrongKind: optional(nullable(oneOf('component', 'own', 'miniProgram'))),
	omitExpiresIn: optional(flag),
});

const filter = shape<CallFilter>({
	path: optional(text),
	account: optional(text),
	miniProgramAppId: optional(text),
	errcode: optional(
		either<number, Exclude<CallRecord['errcode'], number>>(
			integer,
			oneOf('dropped', 'notJson', 'truncated'),
			'an errcode, dropped, notJson or truncated',
		),
	),
	afterSequence: optional(amount),
});

const checks: { readonly [Name in ControlName]: ArgumentChecks<Parameters<Controls[Name]>> } = {
	reset: [],
	configure: [settings],
	addAccount: [account],
	addMiniProgram: [shape<MiniProgramInput>({ appId, ...miniProgramChanges })],
	changeMiniProgram: [appId, shape<Omit<MiniProgramInput, 'appId'>>(miniProgramChanges)],
	grant: [appId, optional(listOf(integer))],
	setAccountStatus: [appId, accountStatus],
	issueToken: [text, optional(tokenOptions)],
	replaceToken: [appId],
	expireToken: [appId],
	replaceTokenAfter: [appId, amount],
	tokenState: [text],
	advanceClock: [amount],
	setRelation: [appId, appId, relationState],
	relation: [appId, appId],
	officialAccountAdminAgrees: [appId, appId],
	officialAccountAdminRefuses: [appId, appId],
	miniProgramAdminAgrees: [appId, appId],
	miniProgramAdminRefuses: [appId, appId],
	officialAccountAdminAgreesToUnlink: [appId, appId],
	officialAccountAdminRefusesToUnlink: [appId, appId],
	officialAccountAdminUnlinks: [appId, appId],
	answerWith: [match, behavior],
	stopAnswering: [optional(integer)],
	setOutage: [
		oneOf<HostName>('first', 'second'),
		nullable(oneOf<Outage>('refuses', 'resets', 'hangs', 'page')),
	],
	setLimits: [limits],
	setLatency: [amount],
	setIpWhitelist: [nullable(listOf(text))],
	setTokenService: [tokenService],
	calls: [optional(filter)],
	count: [optional(text)],
	tokenServiceCount: [optional(text)],
	noCacheCount: [optional(text)],
	stats: [],
	...platformArguments,
};

/** Whether a control has that name. */
export function isControlName(name: string): name is ControlName {
	return Object.hasOwn(checks, name);
}

/**
 * Checks the arguments of a control.
 *
 * @throws Error that names the first wrong argument, for example `issueToken argument 1`
 */
export function checkArguments<Name extends ControlName>(
	name: Name,
	args: readonly unknown[],
): Parameters<Controls[Name]> {
	const wanted: ReadonlyArray<Check<unknown>> = checks[name];
	if (args.length > wanted.length) {
		throw new Error(`${name}: expected at most ${wanted.length} arguments, got ${args.length}`);
	}
	const checked = wanted.map((check, index) => check(args[index], `${name} argument ${index + 1}`));
	return checked as Parameters<Controls[Name]>;
}
