/* What the node does: loaded when it is first used, while n8n loads every node at its start. */

export { startPushing } from './activation';
export { forgetParsing } from './parsing';
export { receivePush } from './receive';
