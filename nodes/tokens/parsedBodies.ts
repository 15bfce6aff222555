import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/*
 * n8n parses what comes to a webhook, with one parser for the whole process, which certain malformed
 * bodies break: from then on no trigger of this process is answered. It leaves the body alone where a
 * trigger of version 1 says so in its stored parameters. What is stored in another form is for a person to
 * mend, who has to be told.
 */

/** Hidden field of the credential: workflows for whose trigger n8n parses, by id, as JSON. */
const FIELD = 'triggerParsesBody';

/** A workflow with a trigger of this credential. */
interface TriggerWorkflow {
	id?: string;
	name?: string;
}

/** Names of the workflows for whose trigger n8n parses what comes. */
export function workflowsWithParsedBodies(credentials: ICredentialDataDecryptedObject): string[] {
	return Object.values(read(credentials));
}

/** The fields that note whether n8n parses for a workflow's trigger; undefined where that is noted already. */
export function noteParsedBody(
	credentials: ICredentialDataDecryptedObject,
	{ id = '', name = id }: TriggerWorkflow,
	isParsed: boolean,
): ICredentialDataDecryptedObject | undefined {
	const { [id]: known, ...others } = read(credentials);
	if (known === (isParsed ? name : undefined)) return undefined;
	return { [FIELD]: JSON.stringify(isParsed ? { ...others, [id]: name } : others) };
}

function read(credentials: ICredentialDataDecryptedObject): Record<string, string> {
	try {
		const stored = JSON.parse(String(credentials[FIELD] || '{}')) as object | null;
		const entries: Array<[string, unknown]> = Object.entries(stored ?? {});
		return Object.fromEntries(entries.map(([id, name]) => [id, String(name)]));
	} catch {
		return {};
	}
}
