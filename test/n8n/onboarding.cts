import { OUTPUTS } from '../outputs.cts';
import type { Controls } from '../sandbox/index.cts';
import { exampleWorkflow } from './examples.cts';
import type { Execution } from './execution.cts';
import { addMiniPrograms, setRelations } from './merchants.cts';
import type { Credential, Workflow } from './types.cts';

/** The result of one merchant of an example. */
export interface OnboardingResult {
	merchant: string;
	branch: string;
	/** Followed by WeChat's errcode unless that is 0. */
	outcome: string;
	hint: string;
}

const OFFICIAL_ACCOUNT = 'wx8c1f4e6d2a7b3095';
const TOKEN_LIFETIME_SECONDS = 30 * 86_400;

/** The workflow of examples/onboarding.json, with the id of its credential. */
export function onboardingWorkflow(credentialId: string): Workflow & { id: string } {
	return exampleWorkflow('onboarding', credentialId);
}

/**
 * Prepares a sandbox in which the example's merchants take every branch. It deliberately knows nothing
 * of two of them: one has an unknown appid, the other an invalid one.
 *
 * @returns the credential that the example uses
 */
export async function prepareOnboarding(
	controls: Controls,
	url: string,
): Promise<Omit<Credential, 'id'>> {
	await controls.addAccount({ appId: OFFICIAL_ACCOUNT, name: 'Willow Trading' });
	await addMiniPrograms(controls);
	await setRelations(controls, OFFICIAL_ACCOUNT);
	return {
		name: 'Willow Trading, one account',
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

/** The results of a run of the example, branch by branch. */
export function onboardingResults({ nodes }: Execution): OnboardingResult[] {
	const merchants = nodes.Merchants.outputs[0];
	const { outputs } = nodes['Link Mini Program'];
	return OUTPUTS.flatMap((branch, index) =>
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
		...OUTPUTS.filter((branch) => !has('branch', branch)).map(
			(branch) => `No merchant took the branch ${branch}`,
		),
	];
}
