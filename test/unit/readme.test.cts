import { WeChatOpenPlatformApi } from '../../credentials/WeChatOpenPlatformApi.credentials';
import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { namesIn } from './names.cts';
import { textOf } from './rooms.cts';

const partOf = (document: string, from: RegExp, to: RegExp): string =>
	textOf(document).split(from)[1].split(to)[0];

const boldIn = (text: string): string[] =>
	[...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, words]) => words.replace(/\s+/g, ' '));

/** The names of the package's actions, as the editor lists them. */
const actions = new WeChatMiniProgramLink().description.properties
	.flatMap(({ name, options = [] }) => (name === 'operation' ? options : []))
	.map((operation) => ('action' in operation ? operation.action : undefined));

describe('Chinese README', () => {
	const walk = partOf('README.zh-CN.md', /^## 从零到第一次邀请$/m, /^## /m);
	/** Tried in the editor: test/e2e/firstInvitation.test.cts. */
	const tried = boldIn(partOf('README.md', /^## Installation$/m, /^### Branches/m));
	const ours = [
		...namesIn(new WeChatMiniProgramLink().description.properties),
		...namesIn(new WeChatOpenPlatformApi().properties),
		new WeChatMiniProgramLink().description.displayName,
		'WeChat Authorizer Token API',
	];

	it('The Chinese README uses the words that n8n shows on the screen', () => {
		const words = boldIn(walk).filter((text) => /^[A-Za-z .]+$/.test(text));
		expect(words.length).toBeGreaterThan(20);
		const known = [...tried, ...ours, ...actions];
		expect(words.filter((word) => !known.includes(word))).toEqual([]);
	});

	it('The Chinese README uses each word of the first invitation', () => {
		const steps = boldIn(partOf('README.md', /^### The first invitation.*$/m, /^### /m));
		// Said once, before the steps.
		const own = steps.filter((word) => word !== 'bold' && /^[A-Z]/.test(word));
		expect(own.filter((word) => !walk.includes(word))).toEqual([]);
	});
});
