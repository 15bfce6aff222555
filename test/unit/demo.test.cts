import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { WeChatMiniProgramLinkTrigger } from '../../nodes/WeChatMiniProgramLinkTrigger/WeChatMiniProgramLinkTrigger.node';
import { WeChatOpenPlatformTrigger } from '../../nodes/WeChatOpenPlatformTrigger/WeChatOpenPlatformTrigger.node';
import { prepareOnboarding } from '../n8n/onboarding.cts';
import { preparePlatform } from '../n8n/platform.cts';
import { startSandbox } from '../sandbox/index.cts';
import { namesIn } from './names.cts';

it('No credential of the demo has the name of a parameter or one of its values', async () => {
	const sandbox = await startSandbox();
	const { controls, url } = sandbox;
	const credentials = [
		await prepareOnboarding(controls, url),
		await preparePlatform(controls, url, 'localhost'),
	];
	await sandbox.close();
	const nodes = [WeChatMiniProgramLink, WeChatMiniProgramLinkTrigger, WeChatOpenPlatformTrigger];
	const taken = nodes.flatMap((Node) => namesIn(new Node().description.properties));
	expect(taken).toEqual(expect.arrayContaining(['Official Account', 'Open Platform']));
	expect(credentials.map(({ name }) => name).filter((name) => taken.includes(name))).toEqual([]);
});
