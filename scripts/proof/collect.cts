import { readBench, runBench } from './bench.cts';
import type { ProofData, Script } from './data.cts';
import { readFindings, runLint, runScan } from './findings.cts';
import { readMutation, runMutation } from './mutation.cts';
import { readTests, runTests } from './tests.cts';

/**
 * Runs an npm script and reads what came out.
 *
 * @param fromLast takes what its last run has left, in place of running it
 */
export async function collect(script: Script, fromLast: boolean): Promise<ProofData[Script]> {
	switch (script) {
		case 'lint':
			if (!fromLast) runLint();
			return readFindings(script);
		case 'scan':
			if (!fromLast) runScan();
			return readFindings(script);
		case 'mutate':
			if (!fromLast) runMutation();
			return await readMutation();
		case 'bench':
			if (!fromLast) runBench();
			return readBench();
		default:
			if (!fromLast) runTests(script);
			return await readTests(script);
	}
}
