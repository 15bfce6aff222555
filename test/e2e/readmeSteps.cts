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

/** Does on the screen what a text says: one word in bold after the other. */
export class Reading {
	private readonly words: string[];

	constructor(
		private readonly page: Page,
		text: string,
	) {
		const bold = text.matchAll(/\*\*([^*]+)\*\*/g);
		this.words = [...bold].map(([, words]) => words.replace(/\s+/g, ' '));
	}

	/** Waits until the screen shows the next words in bold. */
	async see(words: string, within?: Locator): Promise<Locator> {
		this.take(words);
		const text = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		// n8n marks a required field with an asterisk.
		const pattern = new RegExp(`^\\s*${text}\\s*\\*?\\s*$`);
		const shown = (within ?? this.page).getByText(pattern).filter({ visible: true }).first();
		await shown.waitFor();
		return shown;
	}

	async click(words: string, within?: Locator): Promise<void> {
		await (await this.see(words, within)).click();
	}

	/** Checks that the next words in bold are the chosen entry of this list. */
	async seeChosen(words: string, list: Locator): Promise<void> {
		this.take(words);
		expect(await list.inputValue()).toBe(words);
	}

	/** Fails if words in bold are left over. */
	end(): void {
		expect(this.words).toEqual([]);
	}

	private take(words: string): void {
		expect([words]).toEqual(this.words.splice(0, 1));
	}
}
