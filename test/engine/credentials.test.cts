import { setImmediate as nextTick } from 'node:timers/promises';
import type {
	ICredentialDataDecryptedObject,
	INode,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { WeChatOpenPlatformApi } from '../../credentials/WeChatOpenPlatformApi.credentials';
import { fails, hangs, takes, times } from './credentials.cts';
import { storedIn, storeIn, tableOf } from './engine.cts';

const TYPE = 'weChatOpenPlatformApi';
const ORDER = Symbol.for('n8n-nodes-wechat-mini-program-link.store');

/** A table with one credential, and n8n's two ways to it. */
function database(typed: ICredentialDataDecryptedObject) {
	const table = tableOf(typed);
	const of = { id: 'credential-1', name: 'Credential' };
	const read = async () =>
		await table.getDecrypted({} as IWorkflowExecuteAdditionalData, of, TYPE, 'trigger');
	const write = async (fields: ICredentialDataDecryptedObject) => {
		const order = { changes: fields, isDone: false };
		const data = { ...(await read()), storedAt: '', [ORDER]: order };
		const node = { credentials: { [TYPE]: of } } as unknown as INode;
		await table.preAuthentication({ helpers: {} } as never, data, TYPE, node, false);
	};
	return { table, read, write };
}

describe('The database of the engine tests', () => {
	it('The database stores only the returned fields, as n8n 2.34 and later do', async () => {
		const { table, write } = database({ componentAppId: '={{ "wx" + 1 }}' });
		await write({ tokenMaker: 'y' });
		expect(storedIn(table)).toMatchObject({ componentAppId: '={{ "wx" + 1 }}', tokenMaker: 'y' });
		expect(storedIn(table)).not.toHaveProperty('messageToken');
	});

	it('The database can store the whole resolved record, as n8n up to 2.30 does', async () => {
		const { table, write } = database({
			tokenSource: 'tokenService',
			apiBaseUrl: '={{ "wx" + 1 }}',
		});
		table.storesAllResolved = true;
		await write({ tokenMaker: 'y' });
		const stored = storedIn(table);
		const known = new WeChatOpenPlatformApi().properties.map(({ name }) => name);
		expect(stored).toMatchObject({ tokenMaker: 'y', messageToken: '' });
		expect(Object.getOwnPropertySymbols(stored)).toEqual([]);
		for (const name of Object.keys(stored)) expect(known).toContain(name);
	});

	it('The database loses what is stored while a record is written back', async () => {
		const { table, write } = database({ componentAppId: 'a' });
		let finish = () => {};
		table.beforeWrite = times(1, async () => {
			await new Promise<void>((resolve) => {
				finish = resolve;
			});
		});
		const writing = write({ tokenMaker: 'y' });
		while (!table.isWriting) await nextTick();
		storeIn(table, { componentAppId: 'b' });
		await nextTick();
		finish();
		await writing;
		expect(storedIn(table)).toMatchObject({ componentAppId: 'a', tokenMaker: 'y' });
		expect(table.isWriting).toBe(false);
	});

	it('The database can be slow', async () => {
		const { table, read } = database({ componentAppId: 'a' });
		table.beforeRead = takes(100);
		const slow = read();
		expect(await Promise.race([slow, nextTick('later')])).toBe('later');
		expect(await slow).toMatchObject({ componentAppId: 'a' });
	});

	it('The database can fail for a while', async () => {
		const { table, read } = database({ componentAppId: 'a' });
		table.beforeRead = times(2, fails);
		await expect(read()).rejects.toThrow('does not answer');
		await expect(read()).rejects.toThrow('does not answer');
		expect(await read()).toMatchObject({ componentAppId: 'a' });
	});

	it('The database can hang', async () => {
		const { table, read } = database({ componentAppId: 'a' });
		table.beforeRead = times(1, hangs);
		const first = read();
		expect(await Promise.race([first, read()])).toMatchObject({ componentAppId: 'a' });
		expect(await Promise.race([first, nextTick('hangs')])).toBe('hangs');
	});
});
