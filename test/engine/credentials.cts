import { setImmediate as nextTick } from 'node:timers/promises';
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
	type IWorkflowExecuteAdditionalData,
	ICredentialsHelper,
	isExpression,
	NodeHelpers,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

/**
 * n8n's credentials helper over a table in memory. It keeps what n8n's own does with this
 * package's credentials: defaults, expressions by item with `$self`, and the renewal of the
 * expirable field, which is kept in the table.
 */
export class MemoryCredentials extends ICredentialsHelper {
	/** Number of times a credential was read. */
	reads = 0;

	/** Whether a record that was read is being written back: what is written meanwhile is lost in n8n. */
	isWriting = false;

	/** So many writes were stored. */
	writes = 0;

	/** So many writes to come find the database busy. */
	busyWrites = 0;

	private readonly types: Map<string, ICredentialType>;

	constructor(
		types: ICredentialType[],
		readonly stored: Map<string, ICredentialDataDecryptedObject>,
	) {
		super();
		this.types = new Map(types.map((type) => [type.name, type]));
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
		const kept = { ...this.stored.get(id) };
		// n8n writes back the whole record that it has read: another write in between is lost.
		this.isWriting = true;
		await nextTick();
		this.isWriting = false;
		if (this.busyWrites > 0) {
			this.busyWrites--;
			throw new Error('SQLITE_BUSY: database is locked');
		}
		for (const [key, value] of Object.entries(output)) {
			if (key === field || !isExpression(kept[key])) kept[key] = value as string;
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
		if (!resolve) return complete;
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
