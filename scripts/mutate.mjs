/**
 * `npm run mutate -- nodes/tokens nodes/wechat/reply.ts`: mutation tests of some folders and files, or of
 * all. The mutants of a room run against its own unit tests, in test/unit/<room>.
 */
import { Stryker } from '@stryker-mutator/core';
import { readdirSync } from 'node:fs';

const ALL = ['credentials', ...readdirSync('nodes').map((room) => `nodes/${room}`)];

const given = process.argv.slice(2).map((path) => path.replace(/\/$/, ''));
const patternsByRoom = new Map();
for (const path of given.length > 0 ? given : ALL) {
	const [, room] = /^(?:nodes\/)?(\w+)/.exec(path) ?? [];
	const pattern = path.endsWith('.ts') ? path : `${path}/**/*.ts`;
	patternsByRoom.set(room, [...(patternsByRoom.get(room) ?? []), pattern]);
}

for (const [room, patterns] of patternsByRoom) {
	console.log(`\nMutants of ${room}:`);
	await new Stryker({
		mutate: [...patterns, '!**/*.d.ts'],
		incrementalFile: `.cache/mutation/${room}.json`,
		jest: { config: { testMatch: [`<rootDir>/test/unit/${room}/*.test.cts`] } },
	}).runMutationTest();
}
