import { follow, open, press } from '../person.cts';
import type { Controls } from '../sandbox/index.cts';
import type { MerchantTable } from './merchantSet.cts';
import { Roads } from './roads.cts';
import type { Stop } from './roads.cts';
import type { RunningN8n } from './runningN8n.cts';
import { ROUNDS, STORY } from './storyMerchants.cts';
import type { StoryMerchant, Turn } from './storyMerchants.cts';
import { waitFor } from './waitFor.cts';

/** A scheduled look may just have been made: then the next one, a minute later, sees the round. */
const ROUND_TIMEOUT_MS = 300_000;

const LOOK_INTERVAL_MS = 200;

/** What the story is played on. */
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

/** Hears of the story while it happens. */
export interface Listener {
	/** A round begins. */
	round(what: string): void;
	/** A merchant was seen at its next station. */
	stop(merchant: string, stop: Stop): void;
}

/** What came of the story. */
export interface Told {
	roads: Roads;
	/** A sentence for each merchant that is not where it should be. */
	gaps: string[];
}

/** Accounts and Mini Programs of the merchants; nobody has authorized anything yet. */
export async function prepareStory(controls: Controls): Promise<void> {
	for (const { merchant, officialAccountAppId, miniProgramAppId, ...special } of STORY) {
		await controls.addAccount({ appId: officialAccountAppId, name: merchant, status: 'none' });
		const { miniProgram, answer } = special;
		await controls.addMiniProgram({ appId: miniProgramAppId, nickname: merchant, ...miniProgram });
		if (answer) await controls.answerWith({ miniProgramAppId }, answer);
	}
}

/**
 * Plays the story: in each round everybody does what is theirs to do, the link trigger looks, and the
 * next round begins when the Data Table says for all what it should.
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
		// Of two runs at once, the one with older news might write last.
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

/** From the merchant's page to the page that WeChat shows, and back. */
async function authorize(page: string, account: string, sets: readonly number[]): Promise<void> {
	const onward = await press(await open(page), 'Authorize');
	const consent = await follow(onward, 'Continue to WeChat');
	const back = await press(consent, 'Agree', { account, set: sets.map(String) });
	if (back.status !== 200) throw new Error(`The merchant came back to: ${back.text}`);
}

/** n8n polls when a workflow is published; nobody has to wait for the next quarter of an hour. */
async function lookNow({ running, followed }: Stage): Promise<void> {
	await running.deactivateWorkflow(followed);
	await running.activateWorkflow(followed);
}

/** What WeChat has pushed is there at once, all else when n8n has looked. */
type Phase = 'pushed' | 'seen';

/** Waits until all are where the round leads. What is missing then is told at the end. */
async function areThere(roads: Roads, round: number, phase: Phase): Promise<boolean> {
	const ask = async () => {
		await roads.look();
		const late = gapsAfter(roads, round, phase).length > 0;
		// The first look finds invitations only, and their rows say so before it.
		const isFirstLook = phase === 'seen' && round === 0;
		const unseen = isFirstLook && STORY.some(({ merchant }) => roads.isJustInvited(merchant));
		return late || unseen ? null : true;
	};
	const what = `round ${round + 1} of the story`;
	const options = { what, timeoutMs: ROUND_TIMEOUT_MS, intervalMs: LOOK_INTERVAL_MS };
	return await waitFor(ask, options).catch(() => false);
}

/** Merchants that are not where the last of their turns leads. */
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
