/** What the provider's server knows of its platform. */
export interface PlatformValues {
	appId: string;
	appSecret: string;
	messageToken: string;
	encodingAesKey: string;
}

/** A push as it came. */
export interface RawRequest {
	/** Path and query. */
	url: string;
	headers: Record<string, unknown>;
	body: string;
}

/** A push as it was read. */
export interface ReadMessage {
	infoType: string;
	account: string | null;
	/** The fields of the push, as they were decrypted. */
	fields: Record<string, string>;
}

/** A merchant's token; without the seconds that are left where the software does not know them. */
export interface GivenToken {
	token: string;
	expiresIn?: number;
}

/** Makes a platform's tokens and keeps them in memory, as such servers do. */
export interface TokenMaker {
	/** The newest ticket. */
	ticket: string;
	/** Calls that WeChat refused, by what was asked. */
	readonly refusals: string[];
	/**
	 * Where it asks for a merchant's token instead of making one, if anywhere, and says which one WeChat
	 * has rejected.
	 */
	askElsewhere: ((account: string, rejected?: string) => Promise<GivenToken>) | null;
	/** Whether it has stopped making tokens, and only uses those that it has. */
	isAtRest: boolean;
	/** A merchant's authorization code, to be exchanged by whoever makes the tokens. */
	noteCode(account: string, code: string): void;
	/** The token of a merchant; a new one if none is kept or the kept one ends soon. */
	of(account: string): Promise<GivenToken>;
	/** Forgets a merchant's token, so that the next one is new. */
	forgetOne(account: string): Promise<void>;
	/** Forgets all tokens, as a restart does. */
	forget(): void;
	list(): Promise<object>;
	/** Whether it can call for a merchant: at rest it has to have the token already. */
	canCall(account: string): boolean;
	/** Reads a merchant's links; gives the errcode. */
	readLinks(account: string): Promise<number>;
}

/** What a provider's server is built with. */
export interface Software {
	readonly tokens: TokenMaker;
	/** Verifies and decrypts a push. Throws for one that is not WeChat's. */
	read(request: RawRequest): Promise<ReadMessage>;
}

/** Sets software up for a platform, with WeChat at an address. */
export type SetUp = (platform: PlatformValues, apiBaseUrl: string) => Software;
