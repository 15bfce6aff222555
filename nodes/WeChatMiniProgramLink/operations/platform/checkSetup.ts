import type { Branches } from '../../branches';
import type { Operation } from '../../operation';
import { emitRead, type Emission } from '../../results';
import { CHECK_NAMES, type Finding } from '../../../setup/finding';
import { NOTHING_TO_DO, type Language } from '../../../wechat/text';

const SETUP_BRANCHES: Branches = {
	outputs: { ok: 'OK', needsAttention: 'Needs Attention' },
	successOrNot: {
		names: ['OK', 'Needs Attention'],
		isSuccess(outcome) {
			return outcome === 'ok';
		},
	},
};

const OUTCOMES: Readonly<Record<Finding['status'], string>> = {
	ok: 'ok',
	attention: 'toLookAt',
	failed: 'broken',
	unknown: 'notChecked',
};

function emitFinding(found: Finding, language: Language): Emission {
	const { check, status, detail, hint, waitsForPush } = found;
	const checkName = CHECK_NAMES[check][language];
	const nextStep = hint[language] || NOTHING_TO_DO[language];
	const read = emitRead({ check, checkName, status, detail, hint: nextStep });
	const isWaiting = status === 'unknown' && waitsForPush;
	return { ...read, outcome: isWaiting ? 'waiting' : OUTCOMES[status] };
}

/** Checks the platform's setup: one item for each check, with what to do. */
export const checkSetupOperation: Operation = {
	resource: 'platform',
	option: {
		name: 'Check Setup',
		value: 'checkSetup',
		action: 'Check platform setup',
		description:
			'Check credential, ticket, token, IP whitelist, accounts and quotas, one item each',
	},
	runsOnce: true,
	properties: [],
	branches: SETUP_BRANCHES,
	async execute({ platform, client, options, subject }) {
		const { checkSetupOf } = await import('../../../setup/checkSetup');
		const findings = await checkSetupOf(platform, client, options.maxConcurrency);
		return findings.map((found) => emitFinding(found, subject.language));
	},
	async emitObstacle(obstacle, { language }) {
		const { findingsWithout } = await import('../../../setup/checkSetup');
		return findingsWithout(obstacle).map((found) => emitFinding(found, language));
	},
};
