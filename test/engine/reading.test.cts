import { Expression } from 'n8n-workflow';

import { compareReading } from '../reading/compare.cts';

describe('parameters that are a plain path', () => {
	it("are read as n8n reads them, and with n8n's own messages", async () => {
		expect(Expression.getActiveImplementation()).toBe('legacy');
		const { cases, direct, thrown, differences } = await compareReading(600);
		expect(differences).toStrictEqual([]);
		expect(cases).toBe(4800);
		// Neither way stands idle.
		expect(direct).toBeGreaterThan(cases / 10);
		expect(thrown).toBeGreaterThan(cases / 10);
	});
});
