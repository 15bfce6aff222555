import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Account } from '../accounts/account';
import type { Branches, Emitted } from './branches';
import type { Client } from '../calls/client';
import type { Platform } from '../accounts/platform';
import type { Obstacle } from '../wechat/obstacle';
import type { Subject } from './results';
import type { Language } from '../wechat/text';

/** The parameter Options, read once for a run; numbers are within their bounds. */
export interface Options {
	checkBeforeLinking: boolean;
	includeEmail: boolean;
	includeDetails: boolean;
	includeInputFields: boolean;
	simplify: boolean;
	/** The node's own, where it differs from that of its credential. */
	hintLanguage: Language | undefined;
	maxConcurrency: number;
	maxTries: number;
	timeout: number;
}

/** One input item on its way through an operation. */
interface ItemCall {
	client: Client;
	options: Options;
	subject: Subject;
	/** Reads a parameter of the node for this item. */
	parameter: (name: string) => unknown;
}

/** An item of an operation that calls WeChat for an Official Account. */
export interface AccountCall extends ItemCall {
	account: Account;
}

/** An item of an operation that calls WeChat for the third-party platform itself. */
export interface PlatformCall extends ItemCall {
	platform: Platform;
}

/** What leaves the node for an input item. */
export interface Emission extends Emitted {
	json: IDataObject;
}

/** What the editor shows of an operation, and what its results need. */
interface OperationBase {
	resource: 'miniProgramLink' | 'officialAccount' | 'platform';
	/** Entry of the parameter Operation. */
	option: INodePropertyOptions & { value: string; action: string };
	/** Parameters of this operation alone. */
	properties: INodeProperties[];
	branches: Branches;
	/** Whether it is carried out for the first item alone, since its answer is the same for all. */
	runsOnce?: boolean;
	/** Whether it gives out a secret: never to an AI agent. */
	isSecret?: boolean;
	/** Fields of its items beside those of a result, as they are while nothing is known. */
	emptyFields?: IDataObject;
	/** What it gives where an item cannot be carried out at all; a result where this is left out. */
	emitObstacle?: (obstacle: Obstacle, subject: Subject) => Promise<Emission[]>;
}

/** An operation on the links of an Official Account. */
export interface AccountOperation extends OperationBase {
	resource: 'miniProgramLink';
	/** Which id of a Mini Program each item needs; none where it is left out. */
	miniProgramId?: 'appId' | 'appIdOrOriginalId';
	/** Never throws for what WeChat answers. */
	execute(call: AccountCall): Promise<Emission[]>;
}

/** An operation of the platform, about itself or the accounts that authorized it. */
export interface PlatformOperation extends OperationBase {
	resource: 'officialAccount' | 'platform';
	/** Whether each item names an Official Account. */
	needsOfficialAccount: boolean;
	/** Never throws for what WeChat answers. */
	execute(call: PlatformCall): Promise<Emission[]>;
}

/** One operation of the node: what the editor shows and what it does, side by side. */
export type Operation = AccountOperation | PlatformOperation;
