import { appendFileSync } from 'node:fs';

/**
 * Notes a number that a test has counted for docs/proof.md, when `npm run proof` runs the test. Whether
 * it is right is for the test to say.
 *
 * @param expected what the test takes for right, such as 1000 or `200 to 260`
 */
export function noteFigure(what: string, value: number, expected: number | string): void {
	const { NOTED_FIGURES: file } = process.env;
	if (file) appendFileSync(file, `${JSON.stringify({ what, value, expected })}\n`);
}
