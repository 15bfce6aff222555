/**
 * `npm run mutate -- nodes/tokens nodes/wechat/reply.ts`: mutation tests of some folders and files, or of
 * all. The mutants of a room run against its own unit tests, in test/unit/<room>.
 */
import { Stryker } from '@stryker-mutator/core';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const ALL = ['credentials', ...readdirSync('nodes').map((room) => `nodes/${room}`)];

const given = process.argv.slice(2).map((path) => path.replace(/\/$/, ''));
const pathsByRoom = new Map();
for (const path of given.length > 0 ? given : ALL) {
	const [, room] = /^(?:nodes\/)?(\w+)/.exec(path) ?? [];
	pathsByRoom.set(room, [...(pathsByRoom.get(room) ?? []), path]);
}

const [[room, paths], ...others] = pathsByRoom;
if (others.length > 0) {
	// Stryker cannot run twice in one process: it changes the configuration that it has read.
	for (const some of pathsByRoom.values()) {
		const { status } = spawnSync(process.execPath, [process.argv[1], ...some], {
			stdio: 'inherit',
		});
		if (status !== 0) process.exitCode = 1;
	}
} else {
	console.log(`\nMutants of ${room}:`);
	await new Stryker({
		mutate: [
			...paths.map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`)),
			'!**/*.d.ts',
		],
		incrementalFile: `.cache/mutation/${room}.json`,
		jest: { config: { testMatch: [`<rootDir>/test/unit/${room}/*.test.cts`] } },
	}).runMutationTest();
}
