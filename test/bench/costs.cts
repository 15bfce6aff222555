import { pushWorkflow, WEBHOOK_PATH } from '../e2e/platformWorkflows.cts';
import { Environment } from './environment.cts';
import { count, milliseconds, seconds } from './figures.cts';
import { checkItems, checkThat } from './measure.cts';
import type { Findings } from './results.cts';
import type { Sizes } from './sizes.cts';
import { platformVariant, pollWorkflow } from './variants.cts';
import { LIST } from './wechat.cts';

/** The cost of some work, and how often it did something. */
interface Work {
	name: string;
	times: number;
	cpuMs: number | null;
	timeMs: number;
}

/** Measures what a platform's pushes, runs and polls cost n8n, over HTTP. */
export async function measureCosts({ pushes, merchants }: Sizes): Promise<Findings> {
	const works = await Environment.use(async (environment) => {
		const credential = await addPlatform(environment, merchants);
		// The first push brings the ticket, without which nothing else works.
		return [
			await push(environment, credential, pushes),
			await link(environment, credential, merchants, 'cold'),
			await link(environment, credential, merchants, 'warm'),
			await poll(environment, credential, merchants),
		];
	});
	const rows = works.map(({ name, times, cpuMs, timeMs }) => ({
		name,
		figures: {
			Times: count(times),
			CPU: seconds(cpuMs),
			Time: seconds(timeMs),
			'CPU each': milliseconds(cpuMs === null ? null : cpuMs / times),
			'Time each': milliseconds(timeMs / times),
		},
	}));
	return { tables: [{ title: 'A platform', of: 'Work', rows }], goals: [] };
}

/** @returns the id of a credential without a ticket */
async function addPlatform({ n8n, wechat }: Environment, merchants: number): Promise<string> {
	await wechat.reset(0);
	const platform = await wechat.addPlatform(merchants);
	const data = wechat.credentialOf(platform);
	return await n8n.createCredential({ name: 'Platform', type: 'weChatOpenPlatformApi', data });
}

/** Pushes tickets one after the other; the time is how long WeChat waits for the answers. */
async function push(environment: Environment, credential: string, times: number): Promise<Work> {
	const { n8n, wechat } = environment;
	const { id } = await n8n.createWorkflow(pushWorkflow(credential));
	await n8n.activateWorkflow(id);
	await wechat.controls.setEventUrl(`${n8n.url}/webhook/${WEBHOOK_PATH}`);
	let timeMs = 0;
	const cpuMs = await cpuOf(environment, async () => {
		for (let n = 0; n < times; n++) {
			const { delivered, answers } = await wechat.controls.pushTicket();
			checkThat(delivered, `push ${n + 1} was not taken: ${JSON.stringify(answers)}`);
			for (const { ms } of answers) timeMs += ms;
		}
	});
	await n8n.deactivateWorkflow(id);
	return { name: 'push of a ticket', times, cpuMs, timeMs };
}

/** Runs one item for each merchant: cold without kept tokens, warm with all of them. */
async function link(
	environment: Environment,
	credential: string,
	merchants: number,
	kept: 'cold' | 'warm',
): Promise<Work> {
	const { wechat } = environment;
	const variant = platformVariant(credential);
	await wechat.unlinkAll(merchants, merchants);
	const before = await tokensMade(environment);
	const figures = await environment.run(variant, merchants, merchants);
	checkItems(variant, figures, merchants);
	const made = (await tokensMade(environment)) - before;
	checkThat(made === (kept === 'cold' ? merchants : 0), `${kept}: ${made} tokens were made`);
	const [{ name }] = variant.nodes;
	const { cpuMs, nodeMs } = figures;
	return { name: `merchant in a run, ${kept}`, times: merchants, cpuMs, timeMs: nodeMs[name] };
}

/** Publishes a workflow, which polls each account once. */
async function poll(
	environment: Environment,
	credential: string,
	merchants: number,
): Promise<Work> {
	const { n8n, wechat } = environment;
	const { id } = await n8n.createWorkflow(pollWorkflow(credential));
	const start = performance.now();
	const cpuMs = await cpuOf(environment, async () => await n8n.activateWorkflow(id));
	const timeMs = performance.now() - start;
	const looks = await wechat.controls.count(LIST);
	checkThat(looks === merchants, `${looks} looks at ${merchants} accounts`);
	await n8n.deactivateWorkflow(id);
	return { name: 'account in a poll', times: merchants, cpuMs, timeMs };
}

async function tokensMade({ wechat }: Environment): Promise<number> {
	const { authorizerTokens } = await wechat.controls.counters();
	return Object.values(authorizerTokens).reduce((sum, made) => sum + made, 0);
}

async function cpuOf(
	environment: Environment,
	work: () => Promise<unknown>,
): Promise<number | null> {
	const before = environment.cpuMs();
	await work();
	const after = environment.cpuMs();
	return before === null || after === null ? null : after - before;
}
