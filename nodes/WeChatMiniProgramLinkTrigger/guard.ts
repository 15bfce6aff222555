/** A poll that takes longer than this is given up: all its calls have a time limit of their own. */
const LONGEST_POLL = 30 * 60_000;

/** Polls under way in this process, by workflow and node. n8n starts the next one all the same. */
const underWay = new Map<string, { since: number }>();

/**
 * Lets one poll of a trigger run at a time. One that hangs is given up after half an hour; what it
 * finds afterwards no longer counts.
 *
 * @returns null while another one is under way
 */
export async function oneAtATime<T>(
	key: string,
	work: (isCurrent: () => boolean) => Promise<T>,
): Promise<T | null> {
	const now = Date.now();
	const other = underWay.get(key);
	if (other && now - other.since < LONGEST_POLL) return null;
	const mine = { since: now };
	underWay.set(key, mine);
	const isCurrent = () => underWay.get(key) === mine;
	try {
		return await work(isCurrent);
	} finally {
		if (isCurrent()) underWay.delete(key);
	}
}
