import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { missingTicket } from '../../nodes/tokens/platformFields';
import { startSandbox, type Controls, type Sandbox } from '../sandbox/index.cts';
import {
	endRuns,
	inInputOrder,
	runNode,
	storedIn,
	storeIn,
	tableOf,
	type RunOptions,
	type RunResult,
} from './engine.cts';
import { letSecondsPass } from './uptime.cts';
import { LINK, mp, OA } from './world.cts';

const COMPONENT = '/cgi-bin/component/';
export const MINT_COMPONENT = `${COMPONENT}api_component_token`;
export const MINT_AUTHORIZER = `${COMPONENT}api_authorizer_token`;
export const INFO = `${COMPONENT}api_get_authorizer_info`;
export const ACCOUNTS = `${COMPONENT}api_get_authorizer_list`;
export const QUERY_AUTH = `${COMPONENT}api_query_auth`;

type Options = Partial<RunOptions> & { accounts?: unknown[] };

/** One item for each account, each with its own Mini Program. */
export const itemsOf = (accounts: unknown[]): IDataObject[] =>
	accounts.map((account, n) => ({ account, appId: mp(n) }) as IDataObject);

let platformsMade = 0;

/** A local WeChat with a third-party platform and one merchant, new for each test. */
export class PlatformWorld {
	private sandbox: Sandbox | undefined;

	/** The platform's appid: a new one for each test, because tokens stay in this process's memory. */
	appId = '';

	/** n8n's table of credentials, which all runs and pushes share. */
	table = tableOf();

	/** The credential: first as typed, later as n8n keeps it. */
	get credential(): ICredentialDataDecryptedObject {
		return storedIn(this.table);
	}

	set credential(credential: ICredentialDataDecryptedObject) {
		storeIn(this.table, credential);
		// A trigger reuses what it has read for a second.
		letSecondsPass(2);
	}

	async close(): Promise<void> {
		const { sandbox } = this;
		this.sandbox = undefined;
		await sandbox?.close();
	}

	/**
	 * A platform with a ticket, and the merchant `OA`. It has its own address, so that no call of an
	 * earlier test counts here.
	 */
	async reset(): Promise<void> {
		await this.close();
		this.sandbox = await startSandbox({ knowAllMiniPrograms: true, pushRetryDelayMs: 0 });
		const { controls } = this;
		await controls.setLimits({ sameCompanyLinks: null, linksPerMonth: null });
		platformsMade++;
		this.appId = `wxc${platformsMade.toString(16).padStart(15, '0')}`;
		const platform = await controls.addPlatform({ appId: this.appId });
		await controls.addAccount({ appId: OA, name: 'Tea House' });
		await controls.pushTicket();
		this.table = tableOf();
		this.credential = {
			componentAppId: platform.appId,
			componentAppSecret: platform.appSecret,
			messageToken: platform.messageToken,
			encodingAesKey: platform.encodingAesKey,
			componentVerifyTicket: await controls.lastTicket(),
			apiBaseUrl: this.url,
		} as ICredentialDataDecryptedObject;
	}

	get url(): string {
		return this.running.url;
	}

	/** The second address of the same WeChat. */
	get secondUrl(): string {
		return this.running.secondUrl;
	}

	get controls(): Controls {
		return this.running.controls;
	}

	/** Runs the node for these accounts, and keeps the stored credential for the next run. */
	async run({ accounts = [OA], ...options }: Options = {}): Promise<RunResult> {
		return await runNode({
			credentialType: 'weChatOpenPlatformApi',
			...(options.credential === undefined && { table: this.table }),
			items: itemsOf(accounts),
			...options,
		});
	}

	/** Runs an operation of the resource Official Account, or of another one. */
	async runForPlatform(operation: string, { parameters, ...rest }: Options = {}) {
		return await this.run({
			...rest,
			operation,
			parameters: { resource: 'officialAccount', ...parameters },
		});
	}

	/** Runs Check Setup with one output, and returns its findings by check. */
	async checkSetup(options: Options = {}): Promise<Record<string, IDataObject>> {
		const { parameters, ...rest } = options;
		const { outputs, error } = await this.runForPlatform('checkSetup', {
			parameters: { resource: 'platform', outputMode: 'single', ...parameters },
			...rest,
		});
		if (error) throw error;
		const found = outputs.flat().map(({ json }) => json);
		return Object.fromEntries(found.map((one) => [String(one.check), one]));
	}

	/** Makes the ticket look like one that was pushed some minutes ago and read with the current keys. */
	ticketCame(minutesAgo: number): void {
		const { credential } = this;
		const note = missingTicket(
			{},
			{
				ticket: String(credential.componentVerifyTicket),
				pushedAt: 0,
				receivedAt: Date.now() - minutesAgo * 60_000,
				readWith: credential,
			},
		);
		this.credential = { ...credential, ...note };
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

	/** Numbers of calls so far: for the platform's token, for merchants' tokens, to link. */
	async counts(): Promise<{ component: number; authorizer: number; link: number }> {
		return {
			component: await this.controls.count(MINT_COMPONENT),
			authorizer: await this.controls.count(MINT_AUTHORIZER),
			link: await this.controls.count(LINK),
		};
	}

	private get running(): Sandbox {
		if (!this.sandbox) throw new Error('not started');
		return this.sandbox;
	}
}

/** Starts a world for the tests of a file. */
export function usePlatformWorld(): PlatformWorld {
	const world = new PlatformWorld();
	beforeEach(async () => await world.reset());
	afterEach(endRuns);
	afterAll(async () => await world.close());
	return world;
}
