import type {
	IHookFunctions,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

/**
 * The trigger's second address, for 消息与事件接收URL: WeChat sends followers' messages and events there, and
 * tells followers that the account is out of order where it is not answered within 5 seconds.
 *
 * n8n knows two names of webhooks, default and setup. The console wants the appid in the path. n8n finds a
 * path with a variable by the node's webhook ID, and two workflows cannot share a path: so it begins with
 * that ID. Without one n8n puts workflow and node before the path, but no variable can stand in it.
 */
export const MESSAGE_WEBHOOK: IWebhookDescription = {
	name: 'setup',
	httpMethod: 'POST',
	responseMode: 'onReceived',
	isFullPath: true,
	path: '={{ $webhookId ? $webhookId + "/messages/:appid" : "messages" }}',
};

/**
 * Answers a follower's message, whatever it is. Nothing of it is read, not even its body, and nothing starts:
 * in the editor n8n goes on listening at the Test URL, and Node.js drops what still comes of the body.
 */
export function answerMessage(context: IWebhookFunctions): IWebhookResponseData {
	context.getResponseObject().status(200).type('text/plain').send('success');
	return { noWebhookResponse: true };
}

/**
 * Tells the log where a node has no message address, as one that was imported without a webhook ID. Its other
 * address holds its name, encoded once more than n8n 1.123 to 2.41 look for: a name with a space is not found.
 */
export function warnOfNoMessageAddress(context: IHookFunctions): void {
	if (context.getNode().webhookId) return;
	context.logger.warn(
		"WeChat Open Platform Trigger: the node has no webhook ID, so it has no address for 消息与事件接收URL, and n8n does not find its other address if the node's name has a space. Delete the trigger, add a new one with the same settings, publish, and put both of its Production URLs into the WeChat Open Platform console.",
	);
}
