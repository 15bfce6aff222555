import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, runBound } from '../n8n/process.cts';
import { keeperArgs, OWN_USER, Service, userNamed } from './service.cts';
import type { User } from './service.cts';

export const DATABASE = 'postgres';
export const DATABASE_USER = 'n8n';

/** A PostgreSQL server for the tests. */
export class Postgres extends Service {
	private constructor(
		private readonly bin: string,
		private readonly directory: string,
		private readonly port: number,
		owner: User,
	) {
		const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };
		const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
		super({
			name: 'PostgreSQL',
			cwd: directory,
			user: owner,
			command: [join(bin, 'postgres'), '-D', directory, '-p', String(port), ...args],
			isReady: async () => await this.answers(),
		});
	}

	/** Creates the data folder; starts nothing. */
	static async create(bin: string, directory: string, port: number): Promise<Postgres> {
		// PostgreSQL refuses to run as root.
		const owner = process.getuid?.() === 0 ? userNamed('postgres') : OWN_USER;
		mkdirSync(directory, { recursive: true, mode: 0o700 });
		if (owner !== OWN_USER) chownSync(directory, Number(owner[0]), Number(owner[1]));
		const initdb = [join(bin, 'initdb'), '-D', directory, '-A', 'trust', '-U', DATABASE_USER];
		const args = keeperArgs(owner, [...initdb, '-E', 'UTF8', '--locale=C', '--no-sync']);
		await runBound(process.execPath, args, { cwd: directory });
		return new Postgres(bin, directory, port, owner);
	}

	/** The result of a query: rows as lines, with bars between columns. */
	async query(sql: string): Promise<string> {
		const args = [...this.address(), '-d', DATABASE, '-AtXq', '-c', sql];
		const { stdout } = await run(join(this.bin, 'psql'), args, { cwd: this.directory });
		return stdout.trimEnd();
	}

	private async answers(): Promise<boolean> {
		const asked = run(join(this.bin, 'pg_isready'), this.address(), { cwd: this.directory });
		return await asked.then(
			() => true,
			() => false,
		);
	}

	private address(): string[] {
		return ['-h', '127.0.0.1', '-p', String(this.port), '-U', DATABASE_USER];
	}
}
