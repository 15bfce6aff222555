import { setImmediate as nextTick, setTimeout as passed } from 'node:timers/promises';
import {
	type ICredentialDataDecryptedObject,
	type ICredentialsExpressionResolveValues,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeProperties,
	type INodeType,
	type IWorkflowExecuteAdditionalData,
	ICredentialsHelper,
	isExpression,
	NodeHelpers,
	Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

/** Trouble of a database: it is slow, fails, or hangs. */
type Trouble = () => Promise<void>;

const NO_TROUBLE: Trouble = async () => {};

/** Answers this many milliseconds late. */
export const takes =
	(milliseconds: number): Trouble =>
	async () =>
		await passed(milliseconds);

/** Fails, as an unavailable database does. */
export const fails: Trouble = async () => {
	throw new Error('The database does not answer');
};

/** Never answers. */
export const hangs: Trouble = async () => await new Promise<never>(() => {});

/** Has the trouble this many times, and then none. */
export function times(count: number, trouble: Trouble): Trouble {
	let left = count;
	return async () => {
		if (left-- > 0) await trouble();
	};
}

/** The node for which n8n resolves a credential outside of a run. */
const NO_NODE: INode = {
	id: '',
	name: '',
	type: 'mock',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/**
 * n8n's credentials helper with a table in memory. It does what n8n's own helper does with this package's
 * credentials: defaults, expressions by item, and the renewal of the expirable field, which it stores.
 */
export class MemoryCredentials extends ICredentialsHelper {
	/** Number of times a credential was read. */
	reads = 0;

	/** Number of stored writes. */
	writes = 0;

	/** How many of the next writes find the database busy. */
	busyWrites = 0;

	/** Whether it stores the whole record with resolved expressions, as n8n up to 2.30 does. */
	storesAllResolved = false;

	/** The trouble of each read before it reads the table. */
	beforeRead: Trouble = NO_TROUBLE;

	/** The trouble of each write between reading the record and writing it back. */
	beforeWrite: Trouble = NO_TROUBLE;

	private writing = 0;

	private readonly outsideRuns: Workflow;

	private readonly types: Map<string, ICredentialType>;

	constructor(
		types: ICredentialType[],
		readonly stored: Map<string, ICredentialDataDecryptedObject>,
	) {
		super();
		this.types = new Map(types.map((type) => [type.name, type]));
		const description = { properties: [] };
		const nodeType = { description } as unknown as INodeType;
		this.outsideRuns = new Workflow({
			nodes: [NO_NODE],
			connections: {},
			active: false,
			nodeTypes: {
				getByName: () => nodeType,
				getByNameAndVersion: () => nodeType,
				getKnownTypes: () => ({}),
			},
		});
	}

	/** Whether a record is being written back; n8n loses other writes meanwhile. */
	get isWriting(): boolean {
		return this.writing > 0;
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		type: string,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.typeOf(type);
		return typeof authenticate === 'function' ? await authenticate(credentials, options) : options;
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		node: INode,
		isExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const type = this.typeOf(typeName);
		const field = type.properties.find(
			({ type, typeOptions }) => type === 'hidden' && typeOptions?.expirable,
		)?.name;
		if (!field || (credentials[field] !== '' && !isExpired)) return undefined;
		const output = await type.preAuthentication?.call(helpers, credentials);
		if (output?.[field] === undefined) return undefined;
		const id = node.credentials?.[typeName].id ?? '';
		const kept = this.storesAllResolved
			? wholeRecord(credentials, output)
			: namedFields(this.stored.get(id) ?? {}, output, field);
		// n8n writes back the whole record that it has read, so another write in between is lost.
		this.writing++;
		try {
			await nextTick();
			await this.beforeWrite();
		} finally {
			this.writing--;
		}
		if (this.busyWrites > 0) {
			this.busyWrites--;
			throw new Error('SQLITE_BUSY: database is locked');
		}
		this.stored.set(id, kept);
		this.writes++;
		return Object.assign(credentials, output);
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('not used by nodes');
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		{ id }: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		_executeData?: unknown,
		_raw?: boolean,
		resolve?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		this.reads++;
		await this.beforeRead();
		const data = this.stored.get(id ?? '');
		if (!data) throw new Error(`Credential with ID "${id}" does not exist`);
		const complete = NodeHelpers.getNodeParameters(
			this.typeOf(type).properties,
			data as IDataObject as never,
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
		if (!resolve) {
			return this.outsideRuns.expression.getComplexParameterValue(
				NO_NODE,
				complete as never,
				mode,
				{},
				undefined,
				undefined,
				complete as never,
			) as unknown as ICredentialDataDecryptedObject;
		}
		return resolve.workflow.expression.getParameterValue(
			complete as never,
			resolve.runExecutionData,
			resolve.runIndex,
			resolve.itemIndex,
			resolve.node.name,
			resolve.connectionInputData,
			mode,
			{},
			undefined,
			false,
			complete as never,
		) as ICredentialDataDecryptedObject;
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	getCredentialsProperties(type: string): INodeProperties[] {
		return this.typeOf(type).properties;
	}

	private typeOf(name: string): ICredentialType {
		const type = this.types.get(name);
		if (!type) throw new Error(`There is no credential type ${name}`);
		return type;
	}
}

/** What n8n up to 2.30 stores: all given fields, and over them those that `preAuthentication` returned. */
function wholeRecord(
	credentials: ICredentialDataDecryptedObject,
	output: IDataObject,
): ICredentialDataDecryptedObject {
	// n8n stores JSON, which drops symbols.
	return JSON.parse(
		JSON.stringify({ ...credentials, ...output }),
	) as ICredentialDataDecryptedObject;
}

/** What n8n since 2.34 stores: the returned fields, unless they have an expression. */
function namedFields(
	stored: ICredentialDataDecryptedObject,
	output: IDataObject,
	expirable: string,
): ICredentialDataDecryptedObject {
	const named = Object.entries(output).filter(
		([name]) => name === expirable || !isExpression(stored[name]),
	);
	return { ...stored, ...Object.fromEntries(named) } as ICredentialDataDecryptedObject;
}
