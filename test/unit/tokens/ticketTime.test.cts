import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { lastTicketOf, ticketReceivedAt } from '../../../nodes/tokens/platformFields';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const TICKET = { componentVerifyTicket: 'ticket@@@1' };
const CAME = { ...TICKET, verifyTicketReceivedAt: NOW };

describe('the last ticket of a platform', () => {
	it.each<[string, object, number | undefined]>([
		['came by a push', CAME, NOW],
		['came by a push, as a text', { ...TICKET, verifyTicketReceivedAt: String(NOW) }, NOW],
		['has not come yet', {}, 0],
		['has not come yet, and has a time that is none', { verifyTicketReceivedAt: 'x' }, 0],
		['was pasted', TICKET, undefined],
		['has a time that is none', { ...TICKET, verifyTicketReceivedAt: 'x' }, undefined],
		['has a time before 1970', { ...TICKET, verifyTicketReceivedAt: -1 }, undefined],
		['has a time without an end', { ...TICKET, verifyTicketReceivedAt: Infinity }, undefined],
		[
			'comes by an expression',
			{ ...CAME, typedExpressions: '0:[["componentVerifyTicket","={{ 1 }}"]]' },
			undefined,
		],
		[
			'is none of an expression',
			{ ...CAME, typedExpressions: '0:[["componentAppSecret","={{ 1 }}"]]' },
			NOW,
		],
		['is for a server', { ...CAME, tokenSource: 'tokenService' }, undefined],
	])('%s: %#', (_, credentials, last) => {
		expect(lastTicketOf(credentials as ICredentialDataDecryptedObject)).toBe(last);
	});

	it('has its time, wherever the next one comes from', () => {
		expect(ticketReceivedAt({ ...CAME, tokenSource: 'tokenService' })).toBe(NOW);
		expect(ticketReceivedAt({})).toBeUndefined();
	});
});
