import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startBound } from '../n8n/process.cts';
import type { BoundProcess } from '../n8n/process.cts';
import { waitFor } from '../n8n/waitFor.cts';

const READY_TIMEOUT_MS = 30_000;

const KEEPER = join(__dirname, 'keeper.cjs');

/** The user who runs a command: the ids of a user and its group, or the user who runs the tests. */
export type User = [uid: string, gid: string];

export const OWN_USER: User = ['-', '-'];

/** A user of this machine. */
export const userNamed = (name: string): User => {
	const ask = (flag: string) => execFileSync('id', [flag, name], { encoding: 'utf8' }).trim();
	return [ask('-u'), ask('-g')];
};

/** Arguments for a Node.js that runs a command in the same way. */
export const keeperArgs = ([uid, gid]: User, command: string[]): string[] => [
	KEEPER,
	uid,
	gid,
	...command,
];

interface ServiceOptions {
	name: string;
	cwd: string;
	user: User;
	command: string[];
	isReady: () => Promise<boolean>;
}

/** A server that n8n needs, which cannot outlive the tests. */
export class Service {
	/** Everything that it has printed. */
	logs = '';

	private process?: BoundProcess;

	constructor(private readonly options: ServiceOptions) {}

	/** Resolves when it answers. */
	async start(): Promise<void> {
		const { name, cwd, user, command, isReady } = this.options;
		const onOutput = (text: string) => void (this.logs += text);
		const bound = startBound(process.execPath, keeperArgs(user, command), { cwd, onOutput });
		this.process = bound;
		let hasEnded = false;
		void bound.ended.then(() => (hasEnded = true));
		const ask = async () => {
			if (hasEnded) throw new Error(`${name} ended while it was starting:\n${this.logs}`);
			return (await isReady()) || null;
		};
		await waitFor(ask, { what: `${name} to answer`, timeoutMs: READY_TIMEOUT_MS });
	}

	/** Stops it; its data is available again after `start`. */
	async stop(): Promise<void> {
		await this.process?.stop();
		this.process = undefined;
	}
}
