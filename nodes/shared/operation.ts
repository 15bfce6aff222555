import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Account } from './accounts';
import type { Branches, Emitted } from './branches';
import type { Client } from './client';
import type { Subject } from './results';

/** The parameter Options, read once for a run; numbers are within their bounds. */
export interface Options {
	checkBeforeLinking: boolean;
	includeEmail: boolean;
	simplify: boolean;
	maxConcurrency: number;
	maxTries: number;
	timeout: number;
}

/** One input item on its way through an operation. */
export interface ItemCall {
	account: Account;
	client: Client;
	options: Options;
	subject: Subject;
	/** Reads a parameter of the node for this item. */
	parameter: (name: string) => unknown;
}

/** What leaves the node for an input item. */
export interface Emission extends Emitted {
	json: IDataObject;
}

/** One operation of the node: what the editor shows and what it does, side by side. */
export interface Operation {
	resource: string;
	/** Entry of the parameter Operation. */
	option: INodePropertyOptions & { value: string };
	/** Which id of a Mini Program each item needs; none where it is left out. */
	miniProgramId?: 'appId' | 'appIdOrOriginalId';
	/** Parameters of this operation alone. */
	properties: INodeProperties[];
	branches: Branches;
	/** Fields of its items beside those of a result, as they are while nothing is known. */
	emptyFields?: IDataObject;
	/** Never throws for what WeChat answers. */
	execute(call: ItemCall): Promise<Emission[]>;
	/** How the run's summary calls an outcome; what is left out is called by its outcome. */
	summary: Readonly<Record<string, string>>;
}
