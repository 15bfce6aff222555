import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { startSandbox, type Controls, type Sandbox } from '../sandbox/index.cts';
import { endRuns, inInputOrder, runNode, type RunOptions, type RunResult } from './engine.cts';

export const OA = 'wx00000000000000a1';
export const OTHER_OA = 'wx00000000000000a2';
export const LINK = '/cgi-bin/wxopen/wxamplink';
export const LIST = '/cgi-bin/wxopen/wxamplinkget';
export const UNLINK = '/cgi-bin/wxopen/wxampunlink';

/** Appid of the nth Mini Program; the sandbox gives it the original ID `ghOf(n)`. */
export const mp = (n: number): string => `wxb${n.toString(16).padStart(15, '0')}`;
export const ghOf = (n: number): string => `gh_${mp(n).slice(-12)}`;

/** This many items, each with its own Mini Program. */
export const mpItems = (count: number): IDataObject[] =>
	Array.from({ length: count }, (_, n) => ({ appId: mp(n) }));

type Options = Partial<RunOptions> & { appIds?: unknown[] };

/** A local WeChat with one Official Account, new for each test. */
export class World {
	private sandbox: Sandbox | undefined;

	/** The credential as you type it, with a valid token of the account. */
	credential: ICredentialDataDecryptedObject = {};

	async close(): Promise<void> {
		const { sandbox } = this;
		this.sandbox = undefined;
		await sandbox?.close();
	}

	/** Distinguishes the tests of a file for the token service, because tokens stay in memory. */
	private resets = 0;

	/**
	 * Starts without history or limits, and at a new address, so that no call of an earlier test counts.
	 */
	async reset(): Promise<void> {
		await this.close();
		this.sandbox = await startSandbox({ knowAllMiniPrograms: true });
		const { controls } = this;
		this.resets++;
		await controls.addAccount({ appId: OA });
		await controls.setLimits({ sameCompanyLinks: null, linksPerMonth: null });
		this.credential = {
			tokenSource: 'accessToken',
			accessToken: await controls.issueToken(OA),
			apiBaseUrl: this.url,
		};
	}

	get url(): string {
		return this.running.url;
	}

	get controls(): Controls {
		return this.running.controls;
	}

	/** A credential that reads its token from the sandbox's token service. */
	tokenService(fields: ICredentialDataDecryptedObject = {}): ICredentialDataDecryptedObject {
		return {
			tokenSource: 'tokenService',
			tokenServiceUrl: `${this.url}/_sandbox/token-service/${OA}?test=${this.resets}`,
			apiBaseUrl: this.url,
			...fields,
		};
	}

	/** Runs the node with the account's credential, unless another one is given. */
	async run({ appIds, ...options }: Options = {}): Promise<RunResult> {
		const items = options.items ?? (appIds ?? [mp(0)]).map((appId) => ({ appId }) as IDataObject);
		return await runNode({ credential: this.credential, ...options, items });
	}

	/** The results in the order of the input. */
	async results(options: Options = {}): Promise<IDataObject[]> {
		return inInputOrder((await this.run(options)).outputs);
	}

	/** The result of the only item. */
	async result(options: Options = {}): Promise<IDataObject> {
		const results = await this.results(options);
		if (results.length !== 1) throw new Error(`${results.length} results`);
		return results[0];
	}

	private get running(): Sandbox {
		if (!this.sandbox) throw new Error('not started');
		return this.sandbox;
	}
}

/** Starts a world for the tests of a file. */
export function useWorld(): World {
	const world = new World();
	beforeEach(async () => await world.reset());
	afterEach(endRuns);
	afterAll(async () => await world.close());
	return world;
}

/** The parameter Options with these values. */
export const withOptions = (options: INodeParameters): INodeParameters => ({ options });

/** Number of items in each output. */
export const sizesOf = ({ outputs }: Pick<RunResult, 'outputs'>): number[] =>
	outputs.map(({ length }) => length);
