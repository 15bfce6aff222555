import { isAmbiguous, reasonOfErrcode } from '../../../nodes/wechat/obstacle';

describe('a code of WeChat about an account', () => {
	it.each<[number | null | undefined, string]>([
		[61003, 'notAuthorized'],
		[61023, 'notAuthorized'],
		[61009, 'notAuthorized'],
		[61010, 'notAuthorized'],
		[42007, 'notAuthorized'],
		[61007, 'noPermissionSet'],
		[61017, 'noPermissionSet'],
		[50001, 'noPermissionSet'],
		[48001, 'other'],
		[50002, 'other'],
		[777001, 'other'],
		[0, 'other'],
		[null, 'other'],
		[undefined, 'other'],
	])('%p gives the reason %s', (errcode, reason) => {
		expect(reasonOfErrcode(errcode)).toBe(reason);
	});

	it.each<[number | null, boolean]>([
		[48001, true],
		[50002, true],
		[61003, true],
		[61007, false],
		[40001, false],
		[0, false],
		[null, false],
	])('%p leaves open what is the matter: %p', (errcode, is) => {
		expect(isAmbiguous(errcode)).toBe(is);
	});
});
