import { exchangedElsewhere, grantFields } from '../../../nodes/accounts/grantFields';
import { obstacle } from '../fakes.cts';

describe('Fields of an exchanged code', () => {
	const BUSY = obstacle('retryLater', 'WeChat is busy');
	const REFUSED = {
		...obstacle('authorization', 'No ticket'),
		hint: { en: 'Do it', 'zh-CN': '做' },
	};
	const NOT_EXCHANGED = { codeExchanged: false, permissionSets: null, canLink: null };

	it('The item shows what the merchant has granted', () => {
		expect(grantFields({ permissionSets: [1, 33] }, false, 'en')).toEqual({
			codeExchanged: true,
			permissionSets: [1, 33],
			canLink: true,
			hint: 'Ready: Link can invite Mini Programs for this account.',
		});
		expect(grantFields({ permissionSets: [1] }, false, 'en')).toMatchObject({
			canLink: false,
			hint: expect.stringContaining('Permission set 33'),
		});
	});

	it('While the exchange continues by itself, the item says that there is nothing to do', () => {
		for (const exchange of [undefined, BUSY]) {
			const { hint, ...fields } = grantFields(exchange, false, 'en');
			expect(fields).toEqual(NOT_EXCHANGED);
			expect(hint).toMatch(/^There is nothing to do\. The authorization code is kept/);
		}
	});

	it('The item says who has to act before the exchange continues', () => {
		const { hint } = grantFields(REFUSED, false, 'en');
		expect(hint).toMatch(/^Do it The authorization code is kept/);
		expect(grantFields(REFUSED, false, 'zh-CN').hint).toMatch(/^做授权码已保留/);
	});

	it('If the code is lost, the item contains only the reason', () => {
		expect(grantFields(REFUSED, true, 'en')).toEqual({ ...NOT_EXCHANGED, hint: 'Do it' });
	});

	it('With a token service, the item says that its server exchanges the code', () => {
		expect(exchangedElsewhere('en')).toEqual({
			codeExchanged: null,
			permissionSets: null,
			canLink: null,
			hint: expect.stringContaining('token service'),
		});
		expect(exchangedElsewhere('zh-CN').hint).toContain('令牌服务');
	});
});
