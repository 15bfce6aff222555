import type { ICredentialDataDecryptedObject, IHookFunctions, NodeApiError } from 'n8n-workflow';

import { startPushing } from '../../../nodes/WeChatOpenPlatformTrigger/activation';
import { missingCode, toKeptCode } from '../../../nodes/tokens/keptCodes';

const HOST = 'https://api.weixin.qq.com';
const START = `${HOST}/cgi-bin/component/api_start_push_ticket`;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

let platforms = 0;

/** A platform that no test has used before. */
const fieldsOf = (more: ICredentialDataDecryptedObject = {}): ICredentialDataDecryptedObject => ({
	componentAppId: ' wx00000000000000c1 ',
	componentAppSecret: ` secret of platform ${++platforms}\n`,
	componentVerifyTicket: 'ticket@@@1',
	apiBaseUrl: HOST,
	...more,
});

interface Given {
	credential?: ICredentialDataDecryptedObject | Error;
	answer?: object;
	forwardTo?: string;
	mode?: 'manual' | 'activate';
	options?: unknown;
	typeVersion?: number;
}

/** Reads a parameter by its path, as n8n does. */
function get(parameters: object, path: string, otherwise: unknown): unknown {
	const value = path
		.split('.')
		.reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], parameters);
	return value === undefined ? otherwise : value;
}

async function start({
	credential = fieldsOf(),
	answer,
	forwardTo = '',
	mode = 'activate',
	options = { binaryData: true },
	typeVersion = 1,
}: Given) {
	const asked: Array<{ url: string; body: object }> = [];
	const log: string[] = [];
	const context = {
		getNode: () => ({ name: 'Trigger', typeVersion, webhookId: '1' }),
		getWorkflow: () => ({ id: 'workflow-1', name: 'Pushes' }),
		getNodeWebhookUrl: () => 'https://n8n.example.com/webhook/1/w',
		getNodeParameter: (name: string, otherwise: unknown) =>
			name === 'forwardTo' ? forwardTo : get({ options }, name, otherwise),
		getActivationMode: () => mode,
		getCredentials: async () => {
			if (credential instanceof Error) throw credential;
			return await Promise.resolve(credential);
		},
		logger: { warn: (text: string) => log.push(text) },
		helpers: {
			httpRequest: async ({ url, body }: { url: string; body: string }) => {
				asked.push({ url, body: JSON.parse(body) as object });
				const all = answer ?? { errcode: 0 };
				return await Promise.resolve({ statusCode: 200, body: JSON.stringify(all) });
			},
			httpRequestWithAuthentication: async () => await Promise.reject(new Error('not stored')),
		},
	} as unknown as IHookFunctions;
	const started = startPushing(context).then(
		() => undefined,
		(error: unknown) => error as NodeApiError,
	);
	await jest.runAllTimersAsync();
	const failure = await started;
	return { asked, log, failure };
}

describe('Activation', () => {
	it('A published trigger asks WeChat once to push, with the values of the platform', async () => {
		const credential = fieldsOf();
		const { asked, log, failure } = await start({ credential });
		expect(asked).toEqual([
			{
				url: START,
				body: {
					component_appid: 'wx00000000000000c1',
					component_secret: String(credential.componentAppSecret).trim(),
				},
			},
		]);
		expect(log).toStrictEqual([]);
		expect(failure).toBeUndefined();
	});

	it('A trigger does not ask WeChat to push if a server makes the tokens, since that server has a ticket', async () => {
		const credential = fieldsOf({ tokenSource: 'tokenService', tokenServiceUrl: '' });
		const { asked, log, failure } = await start({ credential, mode: 'manual' });
		expect([asked, log, failure]).toStrictEqual([[], [], undefined]);
	});

	it.each<[string, Given, string]>([
		[
			'its credential cannot be read',
			{ credential: new Error('gone') },
			'The credential could not be read: gone',
		],
		[
			'its address is invalid',
			{ credential: fieldsOf({ apiBaseUrl: 'nowhere' }) },
			'The API Base URL is not a URL',
		],
		[
			'its keys are empty',
			{ credential: fieldsOf({ componentAppSecret: ' ' }) },
			'The Component App ID or the Component App Secret is empty',
		],
	])('A trigger calls nobody if %s', async (_, given, problem) => {
		const { asked, log } = await start(given);
		expect(log).toEqual([expect.stringContaining(`WeChat Open Platform Trigger: ${problem}. `)]);
		expect(asked).toStrictEqual([]);
		const { failure } = await start({ ...given, mode: 'manual' });
		expect(failure).toMatchObject({ message: problem, description: expect.any(String) });
	});

	it("WeChat's refusal is shown without the secret", async () => {
		const credential = fieldsOf({ componentAppSecret: 'secret_canary' });
		const answer = { errcode: 777001, errmsg: 'not secret_canary here' };
		const { failure } = await start({ credential, answer, mode: 'manual' });
		expect(failure?.message).toBe('WeChat does not start pushing: not *** here');
		expect(JSON.stringify(failure)).not.toContain('canary');
	});
});

describe('A trigger for which n8n parses bodies', () => {
	it.each<[string, Given]>([
		['it has no options', { options: {} }],
		['it is another version of the node', { typeVersion: 1.1 }],
	])('The log warns that n8n parses bodies, and the activation continues: %s', async (_, given) => {
		const { asked, log, failure } = await start(given);
		expect(log).toEqual([
			expect.stringMatching(/^WeChat Open Platform Trigger: n8n parses .*Delete the trigger/),
		]);
		expect(failure).toBeUndefined();
		expect(asked).toHaveLength(1);
	});

	it('The warning is also logged if a server makes the tokens', async () => {
		const credential = fieldsOf({ tokenSource: 'tokenService', tokenServiceUrl: '' });
		const { log } = await start({ options: {}, credential });
		expect(log).toEqual([expect.stringContaining('n8n parses')]);
	});

	it('No warning is logged if n8n leaves bodies unparsed', async () => {
		for (const binaryData of [true, 'yes', 1]) {
			expect((await start({ options: { binaryData } })).log).toStrictEqual([]);
		}
	});
});

describe('Codes that were left', () => {
	async function startWithCode(answer: object) {
		const fields = fieldsOf();
		const code = { ...toKeptCode('wx00000000000000a1', `code ${platforms}`, undefined), keptAt: 0 };
		return await start({ credential: { ...fields, ...missingCode(fields, code) }, answer });
	}

	it('Codes that were left are exchanged once WeChat pushes', async () => {
		const { asked } = await startWithCode({ errcode: 0 });
		expect(asked.length).toBeGreaterThan(1);
	});

	it('Codes that were left stay if WeChat does not push', async () => {
		const { asked } = await startWithCode({ errcode: 61004, errmsg: 'ip' });
		expect(asked.map(({ url }) => url)).toEqual([START]);
	});
});

describe('A line of Forward To that is not a URL', () => {
	const forwardTo = 'https://a.example.com\nnowhere';
	const problem = 'Forward To, line 2: it is not a URL that begins with http:// or https://';

	it('An invalid line of Forward To is logged, and the activation continues', async () => {
		const { asked, log, failure } = await start({ forwardTo });
		expect(log).toEqual([`WeChat Open Platform Trigger: ${problem}`]);
		expect(failure).toBeUndefined();
		expect(asked).toHaveLength(1);
	});

	it('The person who tests the trigger sees which line is invalid, and WeChat is not called', async () => {
		const { asked, failure } = await start({ forwardTo, mode: 'manual' });
		expect(failure).toMatchObject({
			message: problem,
			description: 'Put the URL of one server on each line of Forward To.',
		});
		expect(asked).toStrictEqual([]);
	});
});
