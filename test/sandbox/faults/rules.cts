import type { Behavior, Match } from '../types.cts';

/** An active behavior for some calls. */
export interface Rule {
	readonly id: number;
	readonly match: Match;
	readonly behavior: Behavior;
	/** Answers left; Infinity = no limit. */
	left: number;
}

const noRules: readonly Rule[] = [];

function fits(match: Match, path: string, account: string | null): boolean {
	return (
		(match.path === undefined || match.path === path) &&
		(match.account === undefined || match.account === account)
	);
}

/**
 * The active behaviors. A call gets at most one: the oldest that matches. So behaviors given one
 * after another with `times` form a script. Rules for one Mini Program are found without a search.
 */
export class Rules {
	private readonly general: Rule[] = [];
	private readonly byMiniProgram = new Map<string, Rule[]>();
	private lastId = 0;

	clear(): void {
		this.general.length = 0;
		this.byMiniProgram.clear();
	}

	add(match: Match, behavior: Behavior): number {
		const left = behavior.times ?? Infinity;
		const rule: Rule = { id: ++this.lastId, match, behavior, left };
		const appId = match.miniProgramAppId;
		if (appId === undefined) {
			this.general.push(rule);
		} else {
			const rules = this.byMiniProgram.get(appId);
			if (rules) rules.push(rule);
			else this.byMiniProgram.set(appId, [rule]);
		}
		return rule.id;
	}

	/** Returns false if there is no such active rule. */
	remove(id: number): boolean {
		for (const rules of [this.general, ...this.byMiniProgram.values()]) {
			const index = rules.findIndex((rule) => rule.id === id);
			if (index >= 0) {
				rules.splice(index, 1);
				return true;
			}
		}
		return false;
	}

	find(path: string, account: string | null, miniProgram: string | null): Rule | null {
		const special =
			miniProgram === null ? noRules : (this.byMiniProgram.get(miniProgram) ?? noRules);
		const first = special.find((rule) => fits(rule.match, path, account));
		const general = this.general.find((rule) => fits(rule.match, path, account));
		if (first && general) return first.id < general.id ? first : general;
		return first ?? general ?? null;
	}

	/** Counts one answer given by the rule. */
	use(rule: Rule): void {
		rule.left -= 1;
		if (rule.left > 0) return;
		const appId = rule.match.miniProgramAppId;
		const rules = appId === undefined ? this.general : (this.byMiniProgram.get(appId) ?? []);
		const index = rules.indexOf(rule);
		if (index >= 0) rules.splice(index, 1);
		if (appId !== undefined && rules.length === 0) this.byMiniProgram.delete(appId);
	}
}
