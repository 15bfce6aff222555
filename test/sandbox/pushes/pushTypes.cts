/** The answer to one request that WeChat sent. */
export interface PushAnswer {
	/** null = no answer. */
	status: number | null;
	/** As UTF-8, at most 2,000 characters. */
	body: string;
	ms: number;
	/** Why there is no answer: `timeout`, `stopped` or the error of the connection. */
	error: string | null;
}

/** One push with the answers to all its tries, without tickets and codes. */
export interface PushRecord {
	/** From 1, since the start or the last reset. */
	sequence: number;
	platform: string;
	infoType: string;
	/** Whether it went to the copy for tests, which differs from the published one. */
	isTest: boolean;
	/** Milliseconds since 1970 on the sandbox's clock. */
	at: number;
	/** Whether a try was answered in time with HTTP 200 and exactly `success`. */
	delivered: boolean;
	/** Why nothing was sent: no event URL, tickets are stopped, or it was lost on the way. */
	skipped: 'noEventUrl' | 'pushingStopped' | 'dropped' | null;
	answers: PushAnswer[];
}

/** A message of a follower to an account, and its result. */
export interface FollowerMessage {
	text: string;
	/** The platform's answer; null if nothing was sent to it. */
	answer: PushAnswer | null;
	/** What the follower reads: the reply, or that the service has failed; null = nothing. */
	reads: string | null;
}

/** One push of the publication check. */
export interface PublicationCheckStep {
	/** Appid of the test account it is about, null for the ticket. */
	account: string | null;
	push: PushRecord;
}

export interface PushFilter {
	infoType?: string;
	delivered?: boolean;
	platform?: string;
	/** Only pushes with a greater sequence number. */
	afterSequence?: number;
}

/** The content of an element of a push: a text, or further elements. */
export type PushValue = string | number | PushFields;

/** Elements of a push besides AppId, CreateTime and InfoType; a list repeats its element. */
export interface PushFields {
	[name: string]: PushValue | PushValue[];
}

/**
 * A flaw of a push. The signature is right unless noted otherwise, since only then does a
 * receiver reach the flaw.
 */
export type PushFlaw =
	/** msg_signature belongs to other bytes. */
	| 'wrongSignature'
	/** Encrypted for another platform's appid. */
	| 'otherAppId'
	/** Encrypted with another key. */
	| 'wrongKey'
	/** Ciphertext changed after signing: the signature is wrong. */
	| 'changedBytes'
	/** The last byte before encryption is 0. */
	| 'badPadding'
	/** The length field is 2,147,483,647. */
	| 'lengthTooLarge'
	/** The encrypted text is not base64. */
	| 'notBase64'
	/** 16 bytes of ciphertext, too short for any push. */
	| 'shortCiphertext'
	/** The outer XML ends in the middle. */
	| 'truncated'
	/** A body of `bytes` bytes with a wrong signature. */
	| 'hugeBody'
	/** The body is a form, with the encrypted text in a field. */
	| 'notXml'
	/** The decrypted text is not XML. */
	| 'innerNotXml'
	/** Entities that grow a billion times, in the decrypted XML. */
	| 'nestedEntities'
	/** A DOCTYPE with an external entity (a local file), in the decrypted XML. */
	| 'doctype'
	/** The same in the outer XML. */
	| 'outerDoctype'
	/** `<xml>` instead of `</xml>` at the end, as in two official samples. */
	| 'misprintedEnd'
	/** U+0001 before each end tag of the decrypted XML; developers saw control characters in texts. */
	| 'controlCharacters'
	/** GET without a body. */
	| 'get'
	| 'emptyBody';

/** A push that is sent once as given and not recorded. */
export interface RawPush {
	platform?: string;
	flaw?: PushFlaw;
	/** Default component_verify_ticket with a ticket that WeChat never issued. */
	infoType?: string;
	fields?: PushFields;
	/** The exact text to encrypt, instead of infoType and fields. */
	message?: string;
	/** The exact body to send, which the signature does not cover. */
	body?: string;
	/** Length of a huge body, default 10 MiB. */
	bytes?: number;
	/** Query parameters to leave out, for example `msg_signature`. */
	omit?: string[];
	/** Unix time in the query, default now. */
	timestamp?: number;
	nonce?: string;
	method?: string;
	/** Sends the bytes of the push with this sequence number again. */
	replayOf?: number;
	/** Default: the platform's event URL. */
	url?: string;
}
