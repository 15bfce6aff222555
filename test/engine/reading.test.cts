import { Expression } from 'n8n-workflow';

import { compareReading } from '../reading/compare.cts';

describe('Parameters that are plain paths', () => {
	it('The node reads a plain path as n8n does, with the same messages', async () => {
		expect(Expression.getActiveImplementation()).toBe('legacy');
		const { cases, direct, thrown, differences } = await compareReading(600);
		expect(differences).toStrictEqual([]);
		expect(cases).toBe(4800);
		// Enough cases of both kinds: read without n8n, and refused by n8n.
		expect(direct).toBeGreaterThan(cases / 10);
		expect(thrown).toBeGreaterThan(cases / 10);
	});
});
