import type { ICredentialDataDecryptedObject, IWorkflowBase } from 'n8n-workflow';

/** A credential with its id, as n8n imports and exports it. */
export interface Credential {
	id: string;
	name: string;
	type: string;
	data: ICredentialDataDecryptedObject;
}

/** A workflow as n8n exports it; n8n chooses an id if it has none. */
export type Workflow = Pick<IWorkflowBase, 'name' | 'nodes' | 'connections'> &
	Partial<Pick<IWorkflowBase, 'id' | 'settings' | 'pinData' | 'active'>>;
