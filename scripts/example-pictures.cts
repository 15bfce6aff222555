/**
 * `npm run pictures`: takes the pictures of the canvases of examples/merchants, as a real n8n shows
 * them once the credential is chosen.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../test/n8n/browser.cts';
import { ensureN8n } from '../test/n8n/install.cts';
import { MerchantTable, setNames, setWorkflow } from '../test/n8n/merchantSet.cts';
import { createN8n } from '../test/n8n/n8n.cts';
import type { RunningN8n } from '../test/n8n/n8n.cts';
import { cacheDirectory, projectDirectory } from '../test/n8n/paths.cts';

const IMAGES = join(projectDirectory, 'docs', 'images', 'merchants');

async function main(): Promise<void> {
	await ensureN8n();
	mkdirSync(cacheDirectory, { recursive: true });
	const userFolder = mkdtempSync(join(cacheDirectory, 'pictures-'));
	const running = await (await createN8n({ userFolder })).start();
	try {
		await takePictures(running);
	} finally {
		await running.stop();
		rmSync(userFolder, { recursive: true, force: true });
	}
}

async function takePictures(running: RunningN8n): Promise<void> {
	mkdirSync(IMAGES, { recursive: true });
	await MerchantTable.create(running.rest);
	const credential = await running.createCredential({
		name: 'Open Platform',
		type: 'weChatOpenPlatformApi',
		data: { componentAppId: 'wx3f90b1c5a7e2d864' },
	});
	const editor = await openEditor(running);
	try {
		for (const name of setNames()) {
			const workflow = setWorkflow(name, credential);
			await running.saveWorkflow(workflow);
			await editor.openWorkflow(workflow.id);
			await editor.screenshotCanvas(join(IMAGES, `${name}.png`));
			process.stdout.write(`${name}.png\n`);
		}
	} finally {
		await editor.close();
	}
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
