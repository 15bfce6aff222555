import type { BulkAccounts } from '../platform/platformTypes.cts';
import type { World } from '../world.cts';

const HEX_DIGITS = 16;

/** `wx`, the prefix and a counter, 18 characters in all. */
function bulkAppId(prefix: string, counter: number): string {
	return `wx${prefix}${counter.toString(16).padStart(HEX_DIGITS - prefix.length, '0')}`;
}

/** Adds accounts with different names, companies and kinds. Returns their appids in order. */
export function addAccounts(world: World, count: number, options: BulkAccounts): string[] {
	const { prefix = 'ac', from = 0, namePrefix = '商户', company, ...same } = options;
	return Array.from({ length: count }, (_, index) => {
		const counter = from + index;
		const appId = bulkAppId(prefix, counter);
		world.addAccount({
			appId,
			name: `${namePrefix} ${counter + 1}`,
			company: company ?? `${namePrefix} ${counter + 1} 有限公司`,
			serviceType: counter % 3 === 2 ? 0 : 2,
			verifyType: counter % 5 === 4 ? -1 : 0,
			...same,
		});
		return appId;
	});
}
