import { waitFor } from '../n8n/waitFor.cts';
import type { Postgres } from './postgres.cts';

const LOCK = 'lock table credentials_entity in access exclusive mode';
const LOCK_TIMEOUT_MS = 10_000;

/** A view in place of the table. Every second read of it waits until it is released. */
const HANG = `
	create table reads_hang ();
	create sequence credential_reads;
	create function hang_every_second() returns boolean language plpgsql as $$
	begin
		if current_query() ~* '^\\s*select' and nextval('credential_reads') % 2 = 0 then
			while exists (select from pg_class where relname = 'reads_hang') loop
				perform pg_sleep(0.1);
			end loop;
		end if;
		return true;
	end $$;
	alter table credentials_entity rename to credentials_table;
	create view credentials_entity as select * from credentials_table where hang_every_second();`;

const GO_ON = 'drop table reads_hang';

const RESTORE = `
	drop view credentials_entity;
	alter table credentials_table rename to credentials_entity;
	drop function hang_every_second;
	drop sequence credential_reads;`;

/** Reads of n8n's credentials that get no answer until they are released. */
export class HangingReads {
	private constructor(private readonly release: () => Promise<void>) {}

	/** @param all whether every read and write hangs, instead of every second read */
	static async begin(postgres: Postgres, all: boolean): Promise<HangingReads> {
		return new HangingReads(all ? await lock(postgres) : await hangSome(postgres));
	}

	/** Releases the reads; resolves at once. */
	async end(): Promise<void> {
		await this.release();
	}
}

async function lock(postgres: Postgres): Promise<() => Promise<void>> {
	const held = postgres.query(`begin; ${LOCK}; select pg_sleep(3600)`).catch(() => '');
	const ask = async () => {
		const locks = await postgres.query(
			"select pid from pg_locks where relation = 'credentials_entity'::regclass and mode = 'AccessExclusiveLock' and granted",
		);
		return locks || null;
	};
	const pid = await waitFor(ask, { what: 'the lock', timeoutMs: LOCK_TIMEOUT_MS });
	return async () => {
		await postgres.query(`select pg_terminate_backend(${pid})`);
		await held;
	};
}

async function hangSome(postgres: Postgres): Promise<() => Promise<void>> {
	await postgres.query(HANG);
	return async () => {
		await postgres.query(GO_ON);
		await postgres.query(RESTORE);
	};
}
