import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory } from './paths.cts';
import type { RestClient } from './restClient.cts';
import type { Credential, Workflow } from './types.cts';
import { waitFor } from './waitFor.cts';

const FOLDER = join(projectDirectory, 'examples', 'merchants');
const PACKAGE = 'n8n-nodes-wechat-mini-program-link.';
const EXECUTE_WORKFLOW = 'n8n-nodes-base.executeWorkflow';
const TABLE = 'WeChat merchants';
const SIGNING_CREDENTIAL = 'Merchant addresses';

/** How many rows one call stores or reads. */
const AT_ONCE = 100;

/** Columns of the table that the workflows of the set share, and their types. */
export const COLUMNS = {
	merchant: 'string',
	state: 'string',
	whoActs: 'string',
	hint: 'string',
	stateSince: 'date',
	contact: 'string',
	language: 'string',
	officialAccountName: 'string',
	miniProgramName: 'string',
	officialAccountAppId: 'string',
	miniProgramAppId: 'string',
	username: 'string',
	invitationId: 'string',
	retryAt: 'date',
	remindedAt: 'date',
} as const;

/** A stored row; missing columns are empty, dates are in ISO 8601. */
export type Row = Partial<Record<keyof typeof COLUMNS, string | null>>;

/** Names of the files in examples/merchants, without the extension. */
export function setNames(): string[] {
	return readdirSync(FOLDER)
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.slice(0, -'.json'.length));
}

/** The sample rows for Import CSV. */
export const sampleCsv = (): string => readFileSync(join(FOLDER, 'merchants.csv'), 'utf8');

/** A workflow of the set, as in its file. */
export function setFile(name: string): Workflow & { id: string } {
	return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Workflow & {
		id: string;
	};
}

/**
 * A workflow of the set whose nodes use these credentials, as an operator chooses them.
 *
 * @param signingId credential with the secret that signs addresses; only the page needs it
 */
export function setWorkflow(
	name: string,
	credentialId: string,
	signingId = '',
): Workflow & { id: string } {
	const workflow = setFile(name);
	for (const node of workflow.nodes) {
		if (node.type.startsWith(PACKAGE)) {
			node.credentials = { weChatOpenPlatformApi: { id: credentialId, name: 'Demo platform' } };
		} else if (node.type === 'n8n-nodes-base.crypto' && signingId !== '') {
			node.credentials = { crypto: { id: signingId, name: SIGNING_CREDENTIAL } };
		}
	}
	return workflow;
}

/** Names of these workflows and of all that they call, each after those that it calls. */
export function withCalled(...names: string[]): string[] {
	const all = names.flatMap((name) => [...withCalled(...callsOf(name)), name]);
	return [...new Set(all)];
}

/** Names of the workflows that this one calls directly. */
export function callsOf(name: string): string[] {
	const calls = setFile(name).nodes.filter(({ type }) => type === EXECUTE_WORKFLOW);
	return calls.map(({ parameters }) => nameOf((parameters.workflowId as { value: string }).value));
}

function nameOf(id: string): string {
	const name = setNames().find((one) => setFile(one).id === id);
	if (name === undefined) throw new Error(`No workflow of the set has the id ${id}`);
	return name;
}

/** The values of the node Settings in the workflow "send". */
export interface Sending {
	robot?: 'weCom' | 'dingTalk' | 'feishu' | 'none';
	robotUrl?: string;
	email?: boolean;
	sender?: string;
	signature?: string;
	teamLanguage?: 'en' | 'zh-CN';
}

/**
 * Fills in how messages are sent, without the pause between messages that a real robot needs.
 *
 * @param smtpId credential of the mail server; without it the node for e-mail stays off
 */
export function chooseSending(workflow: Workflow, sending: Sending, smtpId = ''): void {
	const nodeOf = (name: string) => {
		const node = workflow.nodes.find((one) => one.name === name);
		if (!node) throw new Error(`${workflow.name} has no node ${name}`);
		return node;
	};
	const { assignments } = nodeOf('Settings').parameters.assignments as {
		assignments: Array<{ name: string; value: unknown }>;
	};
	for (const [name, value] of Object.entries(sending)) {
		const field = assignments.find((one) => one.name === name);
		if (!field) throw new Error(`Settings has no ${name}`);
		field.value = value;
	}
	const { batching } = nodeOf('Post to the robot').parameters.options as {
		batching: { batch: { batchInterval: number } };
	};
	batching.batch.batchInterval = 0;
	if (smtpId === '') return;
	const email = nodeOf('Send e-mail');
	email.credentials = { smtp: { id: smtpId, name: 'Mail server' } };
	delete email.disabled;
}

/** A credential with a new secret that signs the addresses of the merchants' pages. */
export function signingCredential(): Omit<Credential, 'id'> {
	const data = { hmacSecret: randomBytes(24).toString('hex') };
	return { name: SIGNING_CREDENTIAL, type: 'crypto', data };
}

async function pathOf(rest: RestClient): Promise<string | null> {
	const { id } = await rest.get<{ id: string }>('/rest/projects/personal');
	const tables = `/rest/projects/${id}/data-tables`;
	const { data } = await rest.get<{ data: Array<{ id: string; name: string }> }>(tables);
	const table = data.find(({ name }) => name === TABLE);
	return table ? `${tables}/${table.id}` : null;
}

/** The Data Table that the workflows of the set share. */
export class MerchantTable {
	private constructor(
		private readonly rest: RestClient,
		private readonly path: string,
	) {}

	/**
	 * Creates it in the owner's project.
	 *
	 * @param without columns that it lacks, like a table from before these columns existed
	 */
	static async create(rest: RestClient, without: readonly string[] = []): Promise<MerchantTable> {
		const { id: projectId } = await rest.get<{ id: string }>('/rest/projects/personal');
		const tables = `/rest/projects/${projectId}/data-tables`;
		const columns = Object.entries(COLUMNS)
			.filter(([name]) => !without.includes(name))
			.map(([name, type]) => ({ name, type }));
		const { id } = await rest.post<{ id: string }>(tables, { name: TABLE, columns });
		return new MerchantTable(rest, `${tables}/${id}`);
	}

	/** The one in the owner's project. */
	static async open(rest: RestClient): Promise<MerchantTable> {
		const path = await pathOf(rest);
		if (path === null) throw new Error(`There is no Data Table "${TABLE}"`);
		return new MerchantTable(rest, path);
	}

	/** Removes the one in the owner's project, if there is one. */
	static async remove(rest: RestClient): Promise<void> {
		const path = await pathOf(rest);
		if (path !== null) await rest.request('DELETE', path);
	}

	/** Replaces all rows with these. */
	async fill(rows: readonly Row[]): Promise<void> {
		const everything = { type: 'and', filters: [{ columnName: 'id', condition: 'gt', value: 0 }] };
		const filter = encodeURIComponent(JSON.stringify(everything));
		await this.rest.request('DELETE', `${this.path}/rows?filter=${filter}`);
		for (let start = 0; start < rows.length; start += AT_ONCE) {
			const data = rows.slice(start, start + AT_ONCE);
			await this.rest.post(`${this.path}/insert`, { data });
		}
	}

	/** Adds a column, as the editor's button does. */
	async addColumn(name: keyof typeof COLUMNS): Promise<void> {
		await this.rest.post(`${this.path}/columns`, { name, type: COLUMNS[name] });
	}

	/** Changes the row of a merchant. */
	async change(merchant: string, data: Row): Promise<void> {
		const filters = [{ columnName: 'merchant', condition: 'eq', value: merchant }];
		await this.rest.patch(`${this.path}/rows`, { data, filter: { type: 'and', filters } });
	}

	/** All rows by merchant. */
	async rows(): Promise<Record<string, Row>> {
		const found: Row[] = [];
		for (let skip = 0; ; skip = found.length) {
			const { data, count } = await this.rest.get<{ data: Row[]; count: number }>(
				`${this.path}/rows?take=${AT_ONCE}&skip=${skip}&sortBy=id:asc`,
			);
			found.push(...data);
			if (found.length >= count || data.length === 0) break;
		}
		return Object.fromEntries(found.map((row) => [row.merchant ?? '', row]));
	}

	/** Waits until the row of a merchant has this state. */
	async rowIn(state: string, merchant: string, timeoutMs: number): Promise<Row> {
		let found: Row | undefined;
		const ask = async () => {
			found = (await this.rows())[merchant];
			return found.state === state ? found : null;
		};
		const what = () => `${merchant} to be ${state}; its row is ${JSON.stringify(found)}`;
		return await waitFor(ask, { what, timeoutMs });
	}
}
