import type { Relation, RelationState } from '../types.cts';

export const LINKED = 1;
export const WAITS_FOR_MINI_PROGRAM = 2;
export const REFUSED = 3;
export const WAITS_FOR_OFFICIAL_ACCOUNT = 12;

function newRelation(status: number, part: Partial<Relation> = {}): Relation {
	return {
		status,
		unlinkPending: false,
		fromConsole: false,
		notifyUsers: false,
		showProfile: true,
		...part,
	};
}

function stateToRelation(state: Exclude<RelationState, 'none'>): Relation {
	if (state === 'unlinkPending') return newRelation(LINKED, { unlinkPending: true });
	if (state === 'linkingFromConsole') {
		return newRelation(WAITS_FOR_MINI_PROGRAM, { fromConsole: true });
	}
	return newRelation(state);
}

/** The links and invitations of all accounts. Steps follow none -> 12 -> 2 -> 1, or 3 (documented). */
export class Relations {
	private readonly byAccount = new Map<string, Map<string, Relation>>();

	clear(): void {
		this.byAccount.clear();
	}

	of(account: string): ReadonlyMap<string, Relation> {
		return this.ofAccount(account);
	}

	/** All accounts' relations to one Mini Program. */
	with(miniProgram: string): Array<readonly [account: string, Relation]> {
		return [...this.byAccount].flatMap(([account, relations]) => {
			const relation = relations.get(miniProgram);
			return relation ? [[account, relation] as const] : [];
		});
	}

	/** Appids of the Mini Programs that any account has a relation to. */
	miniPrograms(): Set<string> {
		return new Set([...this.byAccount.values()].flatMap((relations) => [...relations.keys()]));
	}

	get(account: string, miniProgram: string): Relation | undefined {
		return this.byAccount.get(account)?.get(miniProgram);
	}

	set(account: string, miniProgram: string, state: RelationState): void {
		if (state === 'none') this.ofAccount(account).delete(miniProgram);
		else this.ofAccount(account).set(miniProgram, stateToRelation(state));
	}

	/** A new invitation: waits for the Official Account's administrator. */
	invite(account: string, miniProgram: string, notifyUsers: boolean, showProfile: boolean): void {
		const relation = newRelation(WAITS_FOR_OFFICIAL_ACCOUNT, { notifyUsers, showProfile });
		this.ofAccount(account).set(miniProgram, relation);
	}

	officialAccountAdminAgrees(account: string, miniProgram: string): void {
		this.waiting(account, miniProgram, WAITS_FOR_OFFICIAL_ACCOUNT).status = WAITS_FOR_MINI_PROGRAM;
	}

	/** @param status of the item afterwards, null = it disappears; nothing is known about this */
	officialAccountAdminRefuses(account: string, miniProgram: string, status: number | null): void {
		const relation = this.waiting(account, miniProgram, WAITS_FOR_OFFICIAL_ACCOUNT);
		if (status === null) this.ofAccount(account).delete(miniProgram);
		else relation.status = status;
	}

	/** Removes a link in the account's own console, without a request or a push. */
	officialAccountAdminUnlinks(account: string, miniProgram: string): void {
		const relation = this.get(account, miniProgram);
		if (relation?.status !== LINKED) throw new Error('there is no link to remove');
		this.ofAccount(account).delete(miniProgram);
	}

	miniProgramAdminAgrees(account: string, miniProgram: string): void {
		const relation = this.waiting(account, miniProgram, WAITS_FOR_MINI_PROGRAM);
		relation.status = LINKED;
		relation.fromConsole = false;
	}

	miniProgramAdminRefuses(account: string, miniProgram: string): void {
		const relation = this.waiting(account, miniProgram, WAITS_FOR_MINI_PROGRAM);
		relation.status = REFUSED;
		relation.fromConsole = false;
	}

	officialAccountAdminAgreesToUnlink(account: string, miniProgram: string): void {
		this.waitingUnlink(account, miniProgram);
		this.ofAccount(account).delete(miniProgram);
	}

	/** The link stays as it was (assumed). */
	officialAccountAdminRefusesToUnlink(account: string, miniProgram: string): void {
		this.waitingUnlink(account, miniProgram).unlinkPending = false;
	}

	private ofAccount(account: string): Map<string, Relation> {
		let relations = this.byAccount.get(account);
		if (!relations) {
			relations = new Map();
			this.byAccount.set(account, relations);
		}
		return relations;
	}

	private waiting(account: string, miniProgram: string, status: number): Relation {
		const relation = this.get(account, miniProgram);
		if (relation?.status === status) return relation;
		const found = relation ? `its status is ${relation.status}` : 'there is no invitation';
		throw new Error(`needs an invitation with status ${status}, but ${found}`);
	}

	private waitingUnlink(account: string, miniProgram: string): Relation {
		const relation = this.get(account, miniProgram);
		if (relation?.unlinkPending) return relation;
		throw new Error('no unlink request is waiting');
	}
}
