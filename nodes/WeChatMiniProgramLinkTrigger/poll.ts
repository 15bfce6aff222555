import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { linksOf } from '../accounts/links';
import { explainReply } from '../wechat/explain';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { presentState } from './changes';
import { toError } from './failure';
import { itemOf } from './item';
import { look, watchedBy } from './look';
import { readSettings } from './settings';

/** Looks that are under way in this process, by workflow and node: n8n starts the next on time. */
const UNDER_WAY = new Set<string>();

/** n8n's contexts that have polled: the first time is while a workflow is published. */
const PUBLISHED = new WeakSet<IPollFunctions>();

/** Accounts whose present links a test in the editor shows, and how many of them. */
const SAMPLE_ACCOUNTS = 5;
const SAMPLE_ITEMS = 10;

/**
 * What n8n calls at the times that are set in the node.
 *
 * @throws NodeApiError when no account could be looked at, but not while the workflow is published:
 *   n8n would give the trigger up for good, where the next look may well succeed
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (context.getMode() === 'manual') return await sample(context, Date.now());
	const key = `${context.getWorkflow().id}:${context.getNode().id}`;
	if (UNDER_WAY.has(key)) return null;
	UNDER_WAY.add(key);
	const isPublishing = !PUBLISHED.has(context);
	PUBLISHED.add(context);
	const now = Date.now();
	try {
		const { items, obstacles, general } = await look(context, now);
		if (items.length > 0) return [items.map((json) => ({ json }))];
		if (general && !isPublishing) throw toError(context, general, now);
		if (obstacles.length > 0) context.logger.warn(describe(obstacles));
		return null;
	} finally {
		UNDER_WAY.delete(key);
	}
}

function describe([{ errcode, problem }, ...rest]: Obstacle[]): string {
	const reason = typeof errcode === 'number' ? `${errcode} ${problem}` : problem;
	return `${rest.length + 1} looks at Official Accounts found nothing out, one because: ${reason}`;
}

/** The links of the first accounts that have some, without remembering anything. */
async function sample(
	context: IPollFunctions,
	now: number,
): Promise<INodeExecutionData[][] | null> {
	const settings = readSettings(context);
	const { watched, client } = await watchedBy(context, settings);
	if (isObstacle(watched)) throw toError(context, watched, now);
	const accounts = await watched.list();
	if (isObstacle(accounts)) throw toError(context, accounts, now);
	const items: INodeExecutionData[] = [];
	for (const appId of accounts.slice(0, SAMPLE_ACCOUNTS)) {
		const { answer, list } = await linksOf(watched.accountOf(appId), client);
		if (answer.errcode !== 0 && accounts.length === 1) {
			throw toError(context, answer.obstacle ?? explainReply(answer, 'wxamplinkget'), now);
		}
		const sight = { of: watched.of, language: settings.language, now };
		const changes = presentState(list, Math.floor(now / 60_000));
		items.push(...changes.map((change) => ({ json: itemOf(change, appId, sight) })));
		if (items.length >= SAMPLE_ITEMS) break;
	}
	await watched.settle();
	return items.length > 0 ? [items.slice(0, SAMPLE_ITEMS)] : null;
}
