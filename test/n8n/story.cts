import { follow, open, press } from '../person.cts';
import type { Controls } from '../sandbox/index.cts';
import type { MerchantTable } from './merchantSet.cts';
import { Roads } from './roads.cts';
import type { Stop } from './roads.cts';
import type { RunningN8n } from './runningN8n.cts';
import { ROUNDS, STORY } from './storyMerchants.cts';
import type { StoryMerchant, Turn } from './storyMerchants.cts';
import { waitFor } from './waitFor.cts';

/** Long enough for two polls, because the first may come a moment too early. */
const ROUND_TIMEOUT_MS = 300_000;

const LOOK_INTERVAL_MS = 200;

/** What the story needs. */
export interface Stage {
	controls: Controls;
	running: RunningN8n;
	table: MerchantTable;
	credentialId: string;
	/** Id of the workflow with the link trigger. */
	followed: string;
	/** Addresses of the merchants' own pages. */
	pages: ReadonlyMap<string, string>;
}

/** Functions that the story calls while it happens. */
interface Listener {
	/** At the start of a round. */
	round(what: string): void;
	/** When a merchant reaches its next station. */
	stop(merchant: string, stop: Stop): void;
}

/** The result of the story. */
interface Told {
	roads: Roads;
	/** A sentence for each merchant that did not get where it should be. */
	gaps: string[];
}

/** Adds the merchants' accounts and Mini Programs, without any authorization. */
export async function prepareStory(controls: Controls): Promise<void> {
	for (const { merchant, officialAccountAppId, miniProgramAppId, ...special } of STORY) {
		await controls.addAccount({ appId: officialAccountAppId, name: merchant, status: 'none' });
		const { miniProgram, answer } = special;
		await controls.addMiniProgram({ appId: miniProgramAppId, nickname: merchant, ...miniProgram });
		if (answer) await controls.answerWith({ miniProgramAppId }, answer);
	}
}

/**
 * Plays the story: in each round everybody acts and the link trigger polls. The next round begins when
 * the Data Table has the expected states.
 */
export async function playStory(stage: Stage, listener: Listener): Promise<Told> {
	const roads = new Roads(stage.table, (merchant, stop) => listener.stop(merchant, stop));
	for (let round = 0; round < ROUNDS; round += 1) {
		const playing = STORY.filter(({ turns }) => turns[round]);
		listener.round(
			`Round ${round + 1} of ${ROUNDS}: ${playing.length} merchants act, then n8n looks`,
		);
		for (const merchant of playing) {
			const turn = merchant.turns[round];
			if (turn) await play(stage, merchant, turn, roads);
		}
		if (!(await areThere(roads, round, 'pushed'))) break;
		await lookNow(stage);
		if (!(await areThere(roads, round, 'seen'))) break;
		// Of two runs at once, the one with older data might write last.
		await stage.running.untilIdle(stage.followed);
	}
	return { roads, gaps: gapsAfter(roads, ROUNDS - 1, 'seen') };
}

async function play({ controls, pages }: Stage, who: StoryMerchant, turn: Turn, roads: Roads) {
	const { merchant, officialAccountAppId, miniProgramAppId } = who;
	if (turn.ticks) {
		await authorize(pages.get(merchant) ?? '', officialAccountAppId, turn.ticks);
		roads.note(merchant, 'authorized');
	}
	await turn.act?.(controls, officialAccountAppId, miniProgramAppId);
}

/** Goes from the merchant's page to WeChat's and back. */
async function authorize(page: string, account: string, sets: readonly number[]): Promise<void> {
	const onward = await press(await open(page), 'Authorize');
	const consent = await follow(onward, 'Continue to WeChat');
	const back = await press(consent, 'Agree', { account, set: sets.map(String) });
	if (back.status !== 200) throw new Error(`The merchant came back to: ${back.text}`);
}

/** Makes the link trigger poll now, because n8n polls when a workflow is published. */
async function lookNow({ running, followed }: Stage): Promise<void> {
	await running.deactivateWorkflow(followed);
	await running.activateWorkflow(followed);
}

/** A push is in the table at once, everything else after a poll. */
type Phase = 'pushed' | 'seen';

/** Waits until all merchants are where the round leads; the end of the story reports the rest. */
async function areThere(roads: Roads, round: number, phase: Phase): Promise<boolean> {
	const ask = async () => {
		await roads.look();
		const late = gapsAfter(roads, round, phase).length > 0;
		// The first poll finds only invitations, of which the rows know already.
		const isFirstLook = phase === 'seen' && round === 0;
		const unseen = isFirstLook && STORY.some(({ merchant }) => roads.isJustInvited(merchant));
		return late || unseen ? null : true;
	};
	const what = `round ${round + 1} of the story`;
	const options = { what, timeoutMs: ROUND_TIMEOUT_MS, intervalMs: LOOK_INTERVAL_MS };
	return await waitFor(ask, options).catch(() => false);
}

/** Merchants that are not where their last turn leads. */
function gapsAfter(roads: Roads, round: number, phase: Phase): string[] {
	return STORY.flatMap(({ merchant, turns }) => {
		const last = turns
			.slice(0, round + 1)
			.filter((turn) => turn !== null)
			.at(-1);
		if (last && phase === 'pushed' && !last.isPushed) return [];
		const expected = last?.leadsTo ?? 'new';
		const actual = roads.endOf(merchant);
		return actual === expected ? [] : [`${merchant} should be "${expected}", but is "${actual}"`];
	});
}
