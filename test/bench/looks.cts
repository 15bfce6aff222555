import { buildSync } from 'esbuild';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ensureN8n } from '../n8n/install.cts';
import { cacheDirectory, projectDirectory } from '../n8n/paths.cts';
import { run } from '../n8n/process.cts';
import { count, kilobytes, megabytes, milliseconds, seconds } from './figures.cts';
import { merchants } from './inside/items.cts';
import type { LooksCost, LooksRun } from './looksRun.cts';
import { checkThat } from './measure.cts';
import type { Findings } from './results.cts';
import type { Sizes } from './sizes.cts';
import { LocalWeChat } from './wechat.cts';

const directory = join(cacheDirectory, 'bench');
const script = join(directory, 'looksRun.cjs');

const LINKS_EACH = 10;
const QUIET_POLLS = 10;
const LATENCIES_MS = [0, 20];

/** Measures what the polls of the link trigger cost for a large platform, in n8n's engine alone. */
export async function measureLooks({ watched }: Sizes): Promise<Findings> {
	buildSync({
		entryPoints: [join(__dirname, 'looksRun.cts')],
		outfile: script,
		bundle: true,
		packages: 'external',
		platform: 'node',
	});
	const tables: Findings['tables'] = [];
	const wechat = await LocalWeChat.start(directory);
	try {
		const credential = await addPlatform(wechat, watched);
		const work = { credential, accounts: watched, quietPolls: QUIET_POLLS };
		for (const [n, latencyMs] of LATENCIES_MS.entries()) {
			await wechat.controls.setLatency(latencyMs);
			const costs = await look({ ...work, link: linkOf(n), isForHeap: false });
			const told = costs.map(({ items }) => items).join(', ');
			checkThat(told === '0, 0, 0, 1, 0', `the looks told ${told} events`);
			const title = `${watched} accounts, WeChat answers after ${latencyMs} ms`;
			tables.push({ title, of: 'Work', rows: costs.map(rowOf) });
		}
		const [{ name, heldBytes }] = await look({ ...work, link: linkOf(0), isForHeap: true });
		const figures = { 'Held heap': megabytes(heldBytes) };
		tables.push({ title: 'Heap', of: 'Work', rows: [{ name, figures }] });
	} finally {
		await wechat.stop();
	}
	return { tables, goals: [] };
}

/** Adds a platform with a ticket, whose accounts all have links. */
async function addPlatform(
	wechat: LocalWeChat,
	accounts: number,
): Promise<ICredentialDataDecryptedObject> {
	const { controls } = wechat;
	await wechat.reset(0);
	const platform = await wechat.addPlatform(accounts);
	await wechat.linkAll(accounts * LINKS_EACH, accounts);
	await controls.pushTicket();
	return {
		...wechat.credentialOf(platform),
		componentVerifyTicket: String(await controls.lastTicket()),
	};
}

/** One of the links: the first of the nth account. */
function linkOf(n: number): LooksRun['link'] {
	const [link] = merchants(n + 1, n + 1).slice(n);
	return [link.officialAccountAppId, link.miniProgramAppId];
}

/** Polls repeatedly in a new process of n8n's engine, which has no token yet. */
async function look(work: LooksRun): Promise<LooksCost[]> {
	const { node } = await ensureN8n();
	const { stdout } = await run(node, [script, JSON.stringify(work)], { cwd: projectDirectory });
	return stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as LooksCost);
}

function rowOf(cost: LooksCost): Findings['tables'][number]['rows'][number] {
	return {
		name: cost.name,
		figures: {
			Polls: count(cost.polls),
			Calls: count(cost.calls),
			CPU: seconds(cost.cpuMs),
			Time: seconds(cost.timeMs),
			'Longest block': milliseconds(cost.blockedMs),
			'Credential writes': count(cost.writes),
			Written: megabytes(cost.writtenBytes),
			'Static data saved': count(cost.saves),
			'Static data': kilobytes(cost.savedBytes),
		},
	};
}
