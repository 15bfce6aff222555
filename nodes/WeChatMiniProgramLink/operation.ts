import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Account } from '../accounts/account';
import type { Platform } from '../accounts/platform';
import type { Client } from '../calls/client';
import type { Obstacle } from '../wechat/obstacle';
import type { Branches } from './branches';
import type { Options } from './parameters';
import type { Emission, Subject } from './results';

/** An input item, as an operation receives it. */
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

/**
 * One operation of the node: what the editor shows and what it does, side by side.
 *
 * `execute` returns what leaves the node for an item, or why the item cannot be sent. An answer of WeChat
 * never makes it throw.
 */
export type Operation = {
	/** Entry of the parameter Operation. */
	option: INodePropertyOptions & { value: string; action: string };
	/** Parameters that only this operation has. */
	properties: INodeProperties[];
	branches: Branches;
	/** Whether it runs only for the first item, since its answer is the same for all. */
	runsOnce?: boolean;
	/** Whether it returns a secret; an AI agent cannot use such an operation. */
	isSecret?: boolean;
	/**
	 * Fields that its items have besides those of a result, with the values that they have if nothing was
	 * read.
	 */
	emptyFields?: IDataObject;
	/**
	 * Returns what leaves the node for an item that cannot be sent. Without this function, a result leaves.
	 */
	emitObstacle?: (obstacle: Obstacle, subject: Subject) => Promise<Emission[]>;
} & (
	| {
			/** The links of an Official Account. */
			resource: 'miniProgramLink';
			/** Which ID of a Mini Program each item names, if it names one. */
			miniProgramId?: 'appId' | 'appIdOrOriginalId';
			execute(call: AccountCall): Promise<Emission[] | Obstacle>;
	  }
	| {
			/** The platform itself, or the accounts that authorized it. */
			resource: 'officialAccount' | 'platform';
			/** Whether each item names an Official Account. */
			needsOfficialAccount?: boolean;
			execute(call: PlatformCall): Promise<Emission[] | Obstacle>;
	  }
);
