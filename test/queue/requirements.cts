// cspell:ignore DONT
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/**
 * Folder of PostgreSQL's programs, which Debian does not put on the path.
 *
 * @throws Error that says what to install if a program is missing
 */
export function findPostgres(): string {
	const onPath = (process.env.PATH ?? '').split(delimiter);
	const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
	const debian = versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin')).sort();
	const postgres = [...debian.reverse(), ...onPath].find((folder) =>
		existsSync(join(folder, 'initdb')),
	);
	const isThere = (name: string) => onPath.some((folder) => existsSync(join(folder, name)));
	if (postgres !== undefined && isThere('redis-server') && isThere('faketime')) return postgres;
	throw new Error(
		'These tests run n8n with Redis and PostgreSQL, and with a wrong clock; something is not installed:\n\n  sudo apt-get install -y redis-server postgresql faketime\n',
	);
}

/**
 * Settings of a process with a wrong clock but correct timers.
 *
 * @param offset for example `+10m`
 */
export function aheadBy(offset: string): Record<string, string> {
	const ask = ['-f', offset, 'printenv', 'LD_PRELOAD'];
	const library = execFileSync('faketime', ask, { encoding: 'utf8' }).trim();
	return { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}
