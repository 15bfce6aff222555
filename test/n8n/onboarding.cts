import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Controls, RelationState } from '../sandbox/index.cts';
import type { Execution } from './execution.cts';
import { projectDirectory } from './paths.cts';
import type { Credential, Workflow } from './types.cts';

/** The outputs of the node in the example, in their order. */
export const BRANCHES = [
	'Success',
	'Pending',
	'Quota Reached',
	'Not Allowed',
	'Authorization',
	'Retry Later',
	'Other',
] as const;

/** What became of one merchant of the example. */
export interface OnboardingResult {
	merchant: string;
	branch: (typeof BRANCHES)[number];
	/** With WeChat's errcode unless that is 0. */
	outcome: string;
	hint: string;
}

const OFFICIAL_ACCOUNT = 'wx8c1f4e6d2a7b3095';
const TOKEN_LIFETIME_SECONDS = 30 * 86_400;

/** Merchants of the example who accept every invitation. */
const WILLING = ['wxa4c123b1612dd272', 'wxd1371c17149d4395', 'wx2aabfe228f219e9c'];

/** Answered with -1 once, so that the second try succeeds. */
const BUSY_ONCE = 'wx729fae923d5a4fd1';

const RELATIONS: Record<string, RelationState> = {
	wx36b3216fdaeeb975: 1,
	wxb0eb53f16947ccf2: 1,
	wx5ec84d8dbc742547: 12,
	wx70f58904dba41ecc: 2,
	wxcc3fc1626e53a130: 'linkingFromConsole',
};

const ERRCODES: Record<string, number> = {
	wx43b026c48bbf33fe: 89009,
	wxff9243a8f506b409: 89016,
	wx28b5b7a767c76fb0: 89407,
	wx08f86bebb2737f6a: 1003,
	wxd440e50454f31af3: 1006,
	wx176813e02ea68ef7: 61007,
	wx86e4d3cea27d2693: 61003,
	wx4b484e73cf575dca: -1,
	wx732881584d8c4fa2: 880123,
};

const BANNED = 'wx6f0fb23c6f5da2ce';
const FORBIDS_LINKING = 'wxc255404e4fb44003';
const OVERSEAS = 'wx4d6608697a8d41be';
const GATEWAY_FAILS = 'wxd6ba2b0aee0ca923';

/** The workflow of examples/onboarding.json, with the id of the credential that it is to use. */
export function onboardingWorkflow(credentialId: string): Workflow & { id: string } {
	const file = join(projectDirectory, 'examples', 'onboarding.json');
	const workflow = JSON.parse(readFileSync(file, 'utf8')) as Workflow & { id: string };
	for (const { credentials } of workflow.nodes) {
		for (const reference of Object.values(credentials ?? {})) reference.id = credentialId;
	}
	return workflow;
}

/**
 * Prepares a sandbox in which the example's merchants take every branch. Two of its merchants are
 * left out on purpose: an appid nobody knows, and one that is none.
 *
 * @returns the credential that the example uses
 */
export async function prepareOnboarding(
	controls: Controls,
	url: string,
): Promise<Omit<Credential, 'id'>> {
	await controls.setLimits({
		sameCompanyLinks: null,
		otherCompanyLinks: null,
		linksPerMonth: null,
	});
	await controls.addAccount({ appId: OFFICIAL_ACCOUNT, name: 'Official Account' });
	const ordinary = [
		...WILLING,
		BUSY_ONCE,
		GATEWAY_FAILS,
		...Object.keys({ ...RELATIONS, ...ERRCODES }),
	];
	for (const appId of ordinary) await controls.addMiniProgram({ appId });
	await controls.addMiniProgram({ appId: BANNED, banned: true });
	await controls.addMiniProgram({ appId: FORBIDS_LINKING, forbidsLinking: true });
	await controls.addMiniProgram({ appId: OVERSEAS, overseas: true });
	for (const [appId, state] of Object.entries(RELATIONS)) {
		await controls.setRelation(OFFICIAL_ACCOUNT, appId, state);
	}
	for (const [miniProgramAppId, errcode] of Object.entries(ERRCODES)) {
		await controls.answerWith({ miniProgramAppId }, { errcode });
	}
	await controls.answerWith({ miniProgramAppId: BUSY_ONCE }, { errcode: -1, times: 1 });
	await controls.answerWith({ miniProgramAppId: GATEWAY_FAILS }, { htmlStatus: 502 });
	return {
		name: 'Official Account',
		type: 'weChatAuthorizerTokenApi',
		data: {
			tokenSource: 'accessToken',
			accessToken: await controls.issueToken(OFFICIAL_ACCOUNT, {
				lifetimeSeconds: TOKEN_LIFETIME_SECONDS,
			}),
			officialAccountAppId: OFFICIAL_ACCOUNT,
			apiBaseUrl: url,
		},
	};
}

/** What a run of the example did, branch by branch. */
export function onboardingResults({ nodes }: Execution): OnboardingResult[] {
	const merchants = nodes.Merchants.outputs[0];
	const { outputs } = nodes['Link Mini Program'];
	return BRANCHES.flatMap((branch, index) =>
		(outputs[index] ?? []).map(({ json, pairedItem }) => {
			const item = typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : -1;
			return {
				merchant: String(merchants[item]?.json.merchant ?? 'unknown'),
				branch,
				outcome: json.errcode ? `${json.outcome} (${json.errcode})` : String(json.outcome),
				hint: String(json.hint),
			};
		}),
	);
}

/** What a run of the example lacks: merchants without a result, branches without a merchant. */
export function onboardingGaps(execution: Execution, results: OnboardingResult[]): string[] {
	const merchants = execution.nodes.Merchants.outputs[0].map(({ json }) => String(json.merchant));
	const has = (key: 'merchant' | 'branch', value: string) =>
		results.some((result) => result[key] === value);
	return [
		...merchants
			.filter((merchant) => !has('merchant', merchant))
			.map((merchant) => `No result for ${merchant}`),
		...BRANCHES.filter((branch) => !has('branch', branch)).map(
			(branch) => `No merchant took the branch ${branch}`,
		),
	];
}
