import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/**
 * Folder of PostgreSQL's programs. Debian keeps them off the path.
 *
 * @throws Error that says what to install when Redis or PostgreSQL is missing
 */
export function findPostgres(): string {
	const onPath = (process.env.PATH ?? '').split(delimiter);
	const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
	const debian = versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin')).sort();
	const postgres = [...debian.reverse(), ...onPath].find((folder) =>
		existsSync(join(folder, 'initdb')),
	);
	const hasRedis = onPath.some((folder) => existsSync(join(folder, 'redis-server')));
	if (postgres !== undefined && hasRedis) return postgres;
	throw new Error(
		'These tests run n8n with Redis and PostgreSQL, which are not installed:\n\n  sudo apt-get install -y redis-server postgresql\n',
	);
}
