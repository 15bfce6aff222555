import type { Postgres } from './postgres.cts';

/** The number of writes of a credential's record, and their bytes. */
export interface Writes {
	count: number;
	bytes: number;
}

/** Makes the database count each write of a credential and delay it. */
const WATCH = `
	create table credential_writes (credential text, bytes integer);
	create table credential_delay (seconds float);
	insert into credential_delay values (0);
	create function note_credential_write() returns trigger language plpgsql as $$
	begin
		insert into credential_writes values (new.id, octet_length(new.data));
		perform pg_sleep((select seconds from credential_delay));
		return new;
	end $$;
	create trigger note_credential_write before update on credentials_entity
		for each row execute function note_credential_write();`;

const MS_PER_S = 1000;

/** The writes of credentials in n8n's database. */
export class CredentialWrites {
	private constructor(private readonly postgres: Postgres) {}

	/** Starts to count once n8n has created its tables; continues earlier counts. */
	static async watch(postgres: Postgres): Promise<CredentialWrites> {
		const known = await postgres.query("select to_regclass('credential_writes')");
		if (known === '') await postgres.query(WATCH);
		return new CredentialWrites(postgres);
	}

	/** Delays each write by this many milliseconds from now on, one after the other. */
	async slowDown(milliseconds: number): Promise<void> {
		await this.postgres.query(`update credential_delay set seconds = ${milliseconds / MS_PER_S}`);
	}

	/** The writes of one credential so far. */
	async of(credential: string): Promise<Writes> {
		const row = await this.postgres.query(
			`select count(*), coalesce(sum(bytes), 0) from credential_writes where credential = '${credential}'`,
		);
		const [count, bytes] = row.split('|').map(Number);
		return { count, bytes };
	}
}
