import {
	amount,
	either,
	appId,
	flag,
	integer,
	listOf,
	oneOf,
	optional,
	recordOf,
	shape,
	text,
	textOrNumber,
	url,
	within,
} from './argumentChecks.cts';
import type { Check } from './argumentChecks.cts';
import type { PushFields, PushFilter, PushFlaw, PushValue, RawPush } from '../pushes/pushTypes.cts';

/** Half of the longest string in Node. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

const pushValue: Check<PushValue> = (value, name) =>
	typeof value === 'object' ? pushFields(value, name) : textOrNumber(value, name);

export const pushFields: Check<PushFields> = recordOf(
	either(listOf(pushValue), pushValue, 'a text, a number, elements or a list of them'),
);

export const pushFilter = shape<PushFilter>({
	infoType: optional(text),
	delivered: optional(flag),
	platform: optional(appId),
	afterSequence: optional(amount),
});

const flaw = oneOf<PushFlaw>(
	'wrongSignature',
	'otherAppId',
	'wrongKey',
	'changedBytes',
	'badPadding',
	'lengthTooLarge',
	'notBase64',
	'shortCiphertext',
	'truncated',
	'hugeBody',
	'notXml',
	'innerNotXml',
	'nestedEntities',
	'doctype',
	'outerDoctype',
	'misprintedEnd',
	'controlCharacters',
	'get',
	'emptyBody',
);

export const rawPush = shape<RawPush>({
	platform: optional(appId),
	flaw: optional(flaw),
	infoType: optional(text),
	fields: optional(pushFields),
	message: optional(text),
	body: optional(text),
	bytes: optional(within(0, MAX_BODY_BYTES)),
	omit: optional(listOf(text)),
	timestamp: optional(integer),
	nonce: optional(text),
	method: optional(oneOf('GET', 'POST', 'PUT', 'HEAD', 'DELETE')),
	replayOf: optional(integer),
	url: optional(url),
});
