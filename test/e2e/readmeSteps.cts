import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

import { projectDirectory } from '../n8n/paths.cts';

/** A part of a document, without what comes after the next heading. */
export function sectionOf(document: string, heading: string): string {
	const text = readFileSync(join(projectDirectory, document), 'utf8');
	const [, section] = text.split(new RegExp(`^#+ ${heading}.*$`, 'm'));
	return section.split(/^#+ /m)[0];
}

/** The steps of a numbered list in a part of a document. */
export function stepsIn(section: string): string[] {
	return section
		.split(/^\d+\. /m)
		.slice(1)
		.map((step) => step.split(/\n\n(?! )/)[0]);
}

/** Does on the screen what a text says, and takes its words in bold one after the other. */
export class Reading {
	private readonly words: string[];

	constructor(
		private readonly page: Page,
		text: string,
	) {
		const bold = text.matchAll(/\*\*([^*]+)\*\*/g);
		this.words = [...bold].map(([, words]) => words.replace(/\s+/g, ' '));
	}

	/** What the next words in bold name, once it is on the screen. */
	async see(words: string, within?: Locator): Promise<Locator> {
		this.take(words);
		const text = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		// A field that has to be filled in is marked.
		const pattern = new RegExp(`^\\s*${text}\\s*\\*?\\s*$`);
		const shown = (within ?? this.page).getByText(pattern).filter({ visible: true }).first();
		await shown.waitFor();
		return shown;
	}

	async click(words: string, within?: Locator): Promise<void> {
		await (await this.see(words, within)).click();
	}

	/** The next words in bold are what this list has chosen. */
	async seeChosen(words: string, list: Locator): Promise<void> {
		this.take(words);
		expect(await list.inputValue()).toBe(words);
	}

	/** Fails if the text has more words in bold than were taken. */
	end(): void {
		expect(this.words).toEqual([]);
	}

	private take(words: string): void {
		expect([words]).toEqual(this.words.splice(0, 1));
	}
}
