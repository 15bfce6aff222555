import type { MerchantTable } from './merchantSet.cts';
import type { Station } from './storyMerchants.cts';

/** Names of the states of the Data Table on a road; other states keep their own names. */
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

/** The stations of every merchant, read from the Data Table again and again. */
export class Roads {
	private readonly roads = new Map<string, Stop[]>();
	private readonly justInvited = new Set<string>();

	/** @param seen is called with each new stop */
	constructor(
		private readonly table: Pick<MerchantTable, 'rows'>,
		private readonly seen: (merchant: string, stop: Stop) => void = () => undefined,
	) {}

	/** Oldest first. */
	of(merchant: string): readonly Stop[] {
		return this.roads.get(merchant) ?? [];
	}

	/** The last station of a merchant. */
	endOf(merchant: string): string {
		return this.of(merchant).at(-1)?.station ?? 'new';
	}

	/** Whether the row of a merchant only says that the invitation was sent. */
	isJustInvited(merchant: string): boolean {
		return this.justInvited.has(merchant);
	}

	/** Adds a stop that was not seen in the table, whose state may change before it is read. */
	note(merchant: string, station: Station): void {
		this.add(merchant, station, new Date());
	}

	/** Reads the table and adds new stops. */
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
