import {
	obstacleOfSelection,
	readSelection,
} from '../../../nodes/WeChatMiniProgramLinkTrigger/selection';

const ONE = 'wx00000000000000a1';
const OTHER = 'wx00000000000000a2';

it.each([
	[`${ONE},${OTHER}`],
	[`${ONE}，${OTHER}`],
	[`${ONE}、${OTHER}`],
	[`${ONE}\n${OTHER.toUpperCase()}\n`],
	[[ONE, ` ${OTHER} `]],
])('The selection %j names two accounts.', (given) => {
	expect(readSelection(given)).toEqual({ appIds: [ONE, OTHER], others: [] });
});

it('A long entry that is no appid is quoted without cutting a character in two.', () => {
	const entry = `${'x'.repeat(39)}😀😀`;
	const { problem = '' } = obstacleOfSelection(readSelection(entry)) ?? {};
	expect(problem).toContain(`"${'x'.repeat(39)}😀"`);
});
