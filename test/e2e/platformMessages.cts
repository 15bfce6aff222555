import { gzipSync } from 'node:zlib';

import { residentMegabytes } from '../n8n/memory.cts';
import { messageUrlOf, pointTo } from '../n8n/platform.cts';
import { easyWeChatMessage } from '../provider/easyWeChatMessage.cts';
import { CONTENT_TYPES, MALFORMED_BODIES } from './malformedBodies.cts';
import { pushWorkflow } from './platformWorkflows.cts';
import type { PlatformWorld } from './platformWorld.cts';

const ACCOUNT = 'wx00000000000000a5';
const SUCCESS = 'HTTP 200: success';

/** How long WeChat waits for an answer. */
const PATIENCE_MS = 5000;

/** The least memory that 100 bodies of 1 MB would take if n8n kept them. */
const BODIES_MB = 100;

/** Whole and broken messages of followers at the trigger's second address. */
export function testMessages(world: PlatformWorld): void {
	let before: string[];

	const production = () =>
		messageUrlOf(world.running, pushWorkflow(world.credential)).replace('$APPID$', ACCOUNT);

	const post = async (
		url: string,
		body: string | Buffer,
		headers: Record<string, string> = {},
	): Promise<string> => {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'Content-Type': 'text/xml', ...headers },
			body: typeof body === 'string' ? body : new Uint8Array(body),
		});
		return `HTTP ${response.status}: ${await response.text()}`;
	};

	/** A message that node-easywechat has encrypted for the platform. */
	const postWhole = async (url: string, text: string): Promise<string> => {
		const { query, body } = easyWeChatMessage(await world.controls.platform(), text);
		return await post(`${url}?${query}`, body);
	};

	beforeAll(async () => {
		before = await world.pushed();
		await world.controls.addAccount({ appId: ACCOUNT, permissionSets: [1, 33] });
		await pointTo(world.controls, world.running, pushWorkflow(world.credential));
	});

	it('A message of a follower is answered within 5 seconds, and the follower sees no error', async () => {
		const { answer, reads } = await world.controls.writeAsFollower(ACCOUNT, '你好');
		expect([answer?.status, answer?.body, reads]).toEqual([200, 'success', null]);
		expect(answer?.ms).toBeLessThan(PATIENCE_MS);
	});

	it('A message that node-easywechat has encrypted is answered at any length', async () => {
		for (const text of ['你好', 'A'.repeat(1024 * 1024)]) {
			expect(await postWhole(production(), text)).toBe(SUCCESS);
		}
	});

	it('A message is answered whatever its body, content type and encoding', async () => {
		for (const [n, body] of MALFORMED_BODIES.entries()) {
			const type = CONTENT_TYPES[n % CONTENT_TYPES.length];
			expect(await post(production(), body, { 'Content-Type': type })).toBe(SUCCESS);
		}
		for (const type of ['application/json', 'application/x-www-form-urlencoded', 'x', '']) {
			expect(await post(production(), '{"<', { 'Content-Type': type })).toBe(SUCCESS);
		}
		for (const encoding of ['gzip', 'deflate', 'br']) {
			const headers = { 'Content-Encoding': encoding };
			for (const body of ['<xml/>', gzipSync(Buffer.alloc(64 * 1024 * 1024))]) {
				expect(await post(production(), body, headers)).toBe(SUCCESS);
			}
		}
	});

	it('100 messages of 1 MB at once are answered, and n8n keeps none of their bytes', async () => {
		const body = Buffer.alloc(1024 * 1024, 'A');
		const round = async () => {
			const answers = Array.from({ length: 100 }, async () => await post(production(), body));
			expect(new Set(await Promise.all(answers))).toEqual(new Set([SUCCESS]));
			return residentMegabytes(world.running.pid);
		};
		// The first round takes the memory that n8n needs for a hundred requests at once.
		const [first, ...others] = [await round(), await round(), await round()];
		process.stdout.write(`\nn8n after 100 messages of 1 MB: ${first}, ${others.join(', ')} MB\n`);
		expect(Math.min(...others)).toBeLessThan(first + BODIES_MB);
	});

	it('A message at the Test URL does not stop the editor from listening for a push', async () => {
		const { running, controls } = world;
		await running.listenAtTestUrl(world.trigger);
		const test = production().replace('/webhook/', '/webhook-test/');
		for (const text of ['first', 'second']) expect(await postWhole(test, text)).toBe(SUCCESS);
		await world.listen('webhook-test');
		const [item] = await world.itemsOf(async () => await controls.withdraw(ACCOUNT));
		await world.listen();
		expect(item).toMatchObject({ event: 'unauthorized', officialAccountAppId: ACCOUNT });
		before = [...before, (await world.pushed()).at(-1) ?? ''];
	});

	it('Messages start no workflow, and the next push is accepted', async () => {
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
		expect(await world.pushed()).toEqual(before);
	});

	it('A platform with only permission set 33 passes the publication check without answering messages', async () => {
		const { permissionSets } = await world.controls.platform();
		await world.controls.changePlatform({ permissionSets: [33] });
		expect(await world.controls.publish()).toBe(true);
		await world.controls.changePlatform({ permissionSets });
	});
}
