import type { TriggerPanelDefinition } from 'n8n-workflow';

const WHEN_PUBLISHED =
	'<b>Production URL</b>: this is the kind for WeChat. Once the workflow is published (in n8n 1.x: activated), every push to the first one is taken, and those that Trigger On names start the workflow. Such runs show up in the <a data-key="executions">executions list</a>, not here.';

const MESSAGES =
	"<b>The second URL</b>, which ends in <b>/messages/:appid</b>, is for followers' messages: put it into 消息与事件接收URL, with <b>$APPID$</b> in place of <b>:appid</b>. n8n answers each message with success and does nothing else with it. If a server of yours answers followers, give WeChat that server's address instead.";

const WHILE_TESTING =
	'<b>Test URL</b>: it takes a single push within two minutes after the click on the button. Point a live platform to it at no time: tickets and authorization codes that WeChat sends later are lost. It is for a platform that you use for tests only.';

const WITHOUT_WECHAT =
	'<b>Without WeChat</b>: in the output on the right, choose <b>set mock data</b>, paste an item and build the rest of the workflow with it. Mock data is used in the editor only.';

const NOT_LIVE =
	'For a platform that you use for tests: a live one is not to be pointed to the Test URL. To build the workflow without WeChat, <b>set mock data</b> on the right.';

/** What stands beside the trigger's parameters: which URL is for what, and how to try it. */
export const TRIGGER_PANEL: TriggerPanelDefinition = {
	header: 'Listen for a push to the Test URL',
	activationHint: {
		inactive: `${NOT_LIVE} WeChat gets the two <b>Production URLs</b>, which work once the workflow is published (in n8n 1.x: activated).`,
		active: `${NOT_LIVE} What WeChat pushes to the <b>Production URL</b> starts the published workflow without a click.`,
	},
	executionsHelp: [WHEN_PUBLISHED, MESSAGES, WHILE_TESTING, WITHOUT_WECHAT].join('<br /> <br /> '),
};
