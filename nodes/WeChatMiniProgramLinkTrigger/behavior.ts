/* What the node does: loaded when it is first used, while n8n loads every node at its start. */

export { getOfficialAccounts } from './loadOptions';
export { Poll } from './poll';
