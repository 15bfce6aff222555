/** Types for the part of saxen that this package uses; saxen itself has none. */
declare module 'saxen' {
	/** Parses a whole document, element by element. */
	export class Parser {
		on(event: 'attention' | 'warn', listener: () => void): this;
		on(event: 'error', listener: (error: Error) => void): this;
		on(event: 'openTag', listener: (name: string, attributes: () => unknown) => void): this;
		on(event: 'text' | 'cdata', listener: (value: string) => void): this;
		on(event: 'closeTag', listener: () => void): this;
		parse(xml: string): void;
		/** Ends the events for this document. */
		stop(): void;
	}
}
