import type { MerchantTable } from './merchantSet.cts';
import type { Station } from './storyMerchants.cts';

/** What the states of the Data Table are called on a road; one that is not here shows as it is. */
const STATIONS: Readonly<Record<string, Station>> = {
	authorized: 'authorized',
	permissionSet33Missing: 'set 33 missing',
	invitationSent: 'invited',
	invitationPending: 'invited',
	pendingOfficialAccountAdmin: 'invited',
	pendingMiniProgramAdmin: 'OA agreed',
	linked: 'linked',
	refused: 'refused',
	removed: 'removed',
	failed: 'not sent',
	withdrawn: 'withdrawn',
};

/** One station of a merchant's road. */
export interface Stop {
	at: Date;
	station: string;
}

/** The stations that every merchant was seen at: the Data Table, read again and again. */
export class Roads {
	private readonly roads = new Map<string, Stop[]>();
	private readonly justInvited = new Set<string>();

	/** @param seen hears of each stop when it is added */
	constructor(
		private readonly table: Pick<MerchantTable, 'rows'>,
		private readonly seen: (merchant: string, stop: Stop) => void = () => undefined,
	) {}

	/** Oldest first. */
	of(merchant: string): readonly Stop[] {
		return this.roads.get(merchant) ?? [];
	}

	/** Where a merchant was seen last. */
	endOf(merchant: string): string {
		return this.of(merchant).at(-1)?.station ?? 'new';
	}

	/** Whether the row of a merchant only tells of the invitation, which nobody has looked at since. */
	isJustInvited(merchant: string): boolean {
		return this.justInvited.has(merchant);
	}

	/** Adds what was seen elsewhere than in the table, which may go on before it is read. */
	note(merchant: string, station: Station): void {
		this.add(merchant, station, new Date());
	}

	/** Reads the table and adds what is new in it. */
	async look(): Promise<void> {
		for (const [merchant, { state, stateSince }] of Object.entries(await this.table.rows())) {
			if (!state || state === 'new') continue;
			if (state === 'invitationSent') this.justInvited.add(merchant);
			else this.justInvited.delete(merchant);
			const station = STATIONS[state] ?? state;
			this.add(merchant, station, stateSince ? new Date(stateSince) : new Date());
		}
	}

	private add(merchant: string, station: string, at: Date): void {
		if (station === this.endOf(merchant)) return;
		const stop = { at, station };
		this.roads.set(merchant, [...this.of(merchant), stop]);
		this.seen(merchant, stop);
	}
}
