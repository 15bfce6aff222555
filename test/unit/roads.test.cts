import { Roads } from '../n8n/roads.cts';
import type { Row } from '../n8n/merchantSet.cts';

const NOON = '2026-03-01T12:00:00.000Z';
const LATER = '2026-03-01T12:05:00.000Z';

function world() {
	let rows: Record<string, Row> = {};
	const roads = new Roads({ rows: async () => rows });
	return {
		roads,
		async see(next: Record<string, Row>) {
			rows = next;
			await roads.look();
		},
	};
}

describe('Roads of merchants', () => {
	test("A merchant's road has a stop for each state, with its time", async () => {
		const { roads, see } = world();
		await see({ Ada: { state: 'new' }, Bo: {} });
		expect([roads.endOf('Ada'), roads.of('Ada'), roads.of('Bo')]).toEqual(['new', [], []]);
		await see({ Ada: { state: 'invitationSent', stateSince: NOON } });
		await see({ Ada: { state: 'pendingOfficialAccountAdmin', stateSince: LATER } });
		await see({ Ada: { state: 'linked', stateSince: LATER } });
		expect(roads.of('Ada')).toEqual([
			{ at: new Date(NOON), station: 'invited' },
			{ at: new Date(LATER), station: 'linked' },
		]);
		expect(roads.endOf('Ada')).toBe('linked');
	});

	test("A merchant's road shows an unknown state as it is", async () => {
		const { roads, see } = world();
		await see({ Ada: { state: 'somethingNew', stateSince: NOON } });
		expect(roads.endOf('Ada')).toBe('somethingNew');
	});
});
