import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { projectDirectory } from '../test/n8n/paths.cts';
import { run } from '../test/n8n/process.cts';
import { buildTarball } from '../test/n8n/tarball.cts';

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(
		directory: string,
		patterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}

/** Runs n8n's package scanner on tarball and sources, as n8n does before it lists a package. */
async function main(): Promise<void> {
	const path = join(
		projectDirectory,
		'node_modules/@n8n/scan-community-package/scanner/scanner.mjs',
	);
	const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(path)) as Scanner;
	const unpacked = mkdtempSync(join(tmpdir(), 'scan-'));
	try {
		await run('tar', ['-xzf', await buildTarball(), '-C', unpacked], { cwd: projectDirectory });
		const tarball = join(unpacked, 'package');
		report('tarball', await analyzePackage(tarball, ['**/*.js', 'package.json']));
		report('sources', await analyzePackage(projectDirectory, SOURCE_FILE_PATTERNS));
	} finally {
		rmSync(unpacked, { recursive: true });
	}
}

function report(what: string, result: Awaited<ReturnType<Scanner['analyzePackage']>>): void {
	console.log(`${what}: ${result.passed ? 'no finding' : `${result.message}\n${result.details}`}`);
	if (!result.passed) process.exitCode = 1;
}

void main();
