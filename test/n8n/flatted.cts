/**
 * Reads the format `flatted`, in which n8n's REST API returns the data of an execution: a JSON array
 * whose first entry is the root, and in which every string inside an object or array is the index of
 * another entry.
 */
export function parseFlatted(text: string): unknown {
	const entries = JSON.parse(text) as unknown[];
	const revived = new Map<number, unknown>();
	const revive = (index: number): unknown => {
		if (revived.has(index)) return revived.get(index);
		const entry = entries[index];
		revived.set(index, entry);
		if (typeof entry === 'object' && entry !== null) {
			const members = entry as Record<string, unknown>;
			for (const [key, member] of Object.entries(members)) {
				if (typeof member === 'string') members[key] = revive(Number(member));
			}
		}
		return entry;
	};
	return revive(0);
}
