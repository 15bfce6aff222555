import {
	NodeApiError,
	NodeOperationError,
	type ICredentialDataDecryptedObject,
	type IHookFunctions,
	type JsonObject,
} from 'n8n-workflow';

import { CredentialReader, type ItemCredential } from '../accounts/credentialReader';
import { Client } from '../calls/client';
import { readRoad } from '../calls/road';
import { Transport } from '../calls/transport';
import { withoutToken } from '../calls/caller';
import { PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { PlatformTokens } from '../tokens/platformTokens';
import { NO_KEYS, readComponentFields } from '../tokens/recipes';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import { givenText } from '../wechat/values';
import { exchangeWhatIsLeft } from './authorization';
import { readTargets } from './forward';
import { isBodyParsed, noteParsing, warnOfParsedBody } from './stored';

/** Milliseconds to wait for WeChat's answer. */
const TIMEOUT = 10_000;

/**
 * Asks WeChat to start pushing (doc/oplatform/openApi/ticket-token/api_startpushticket). This also checks
 * the platform's keys and its IP whitelist, and is harmless if WeChat already pushes. Then exchanges the
 * authorization codes that a process has left behind.
 *
 * A failure is only logged, with what to do. WeChat usually pushes anyway, and after an exception n8n would
 * register no webhook but still show the workflow as active.
 *
 * @throws NodeApiError with what to do, when a person tests the trigger in the editor
 */
export async function startPushing(context: IHookFunctions): Promise<void> {
	checkTargets(context);
	warnOfParsedBody(context);
	warnOfNoMessageAddress(context);
	const read = await new CredentialReader(context, PLATFORM_CREDENTIAL).ofItem(0);
	const obstacle = isObstacle(read) ? read : await startWith(context, read);
	if (!obstacle) return;
	const { problem, hint } = obstacle;
	if (context.getActivationMode() !== 'manual') {
		context.logger.warn(`WeChat Open Platform Trigger: ${problem}. ${hint.en}`);
		return;
	}
	throw new NodeApiError(context.getNode(), { message: problem } as JsonObject, {
		message: problem,
		description: hint.en,
	});
}

/** @throws NodeOperationError with what to correct, when a person tests the trigger in the editor */
function checkTargets(context: IHookFunctions): void {
	const { problems } = readTargets(context);
	if (problems.length > 0 && context.getActivationMode() === 'manual') {
		throw new NodeOperationError(context.getNode(), problems[0], {
			description: 'Put the URL of one server on each line of Forward To.',
		});
	}
	for (const problem of problems) context.logger.warn(`WeChat Open Platform Trigger: ${problem}`);
}

/**
 * Without a webhook ID, as after some imports, n8n cannot make the second address. The first one then contains
 * the node's name, encoded twice, which n8n 1.123 to 2.41 cannot look up if the name has a space.
 */
function warnOfNoMessageAddress(context: IHookFunctions): void {
	if (context.getNode().webhookId) return;
	context.logger.warn(
		"WeChat Open Platform Trigger: the node has no webhook ID, so it has no address for 消息与事件接收URL, and n8n does not find its other address if the node's name has a space. Delete the trigger, add a new one with the same settings, publish, and put both of its Production URLs into the WeChat Open Platform console.",
	);
}

async function startWith(
	context: IHookFunctions,
	{ credentials, readAt }: ItemCredential,
): Promise<Obstacle | undefined> {
	const platform = new PlatformTokens(context, credentials, readAt);
	await noteParsing(context, platform, isBodyParsed(context));
	// A server that makes the tokens has a ticket, so WeChat already pushes.
	if (platform.isService) return undefined;
	const obstacle = await ask(context, credentials);
	if (obstacle) return obstacle;
	// A process that has just ended may have left codes behind.
	await platform.kept.shared?.refresh();
	await exchangeWhatIsLeft(platform);
	return undefined;
}

async function ask(
	context: IHookFunctions,
	credentials: ICredentialDataDecryptedObject,
): Promise<Obstacle | undefined> {
	const road = readRoad(credentials, context.logger);
	if (isObstacle(road)) return road;
	if (readComponentFields(credentials) === NO_KEYS) return NO_KEYS;
	const secret = givenText(credentials.componentAppSecret);
	const client = new Client(new Transport(context, TIMEOUT), { maxTries: 1 });
	const answer = await client.call(withoutToken(road), 'api_start_push_ticket', {
		component_appid: givenText(credentials.componentAppId),
		component_secret: secret,
	});
	if (answer.errcode === 0) return undefined;
	const { problem, ...rest } = explainReply({
		...answer,
		errmsg: answer.errmsg.replaceAll(secret, '***'),
	});
	return { ...rest, problem: `WeChat does not start pushing: ${problem}` };
}
