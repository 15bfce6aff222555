import type { AuthorizationResult, PushAnswer } from '../sandbox/index.cts';
import { count, milliseconds } from './figures.cts';
import { answerFigures, outcomeFigures, succeeded } from './pushFigures.cts';
import type { PushWorld } from './pushWorld.cts';
import type { Findings, Goal, Table } from './results.cts';
import type { Sizes } from './sizes.cts';

const report = (what: string) => process.stdout.write(`${what}\n`);

/** Has many merchants authorize at once, then sends the same requests to the reference. */
export async function takeCrowds(
	world: PushWorld,
	{ crowd, crowds }: Sizes,
	load: string,
): Promise<Findings> {
	const answered: Table['rows'] = [];
	const became: Table['rows'] = [];
	const goals: Goal[] = [];
	for (let n = 1; n <= crowds; n++) {
		const accounts = await world.newMerchants(crowd);
		let results: AuthorizationResult[] = [];
		const own = await world.cpuOf(async () => {
			results = await Promise.all(accounts.map(async (one) => await world.authorize(one)));
		});
		await world.repeatUndelivered(results);
		const outcome = await world.outcomeOf(accounts, results);
		answered.push({
			name: `${n}: trigger`,
			figures: { ...answerFigures(outcome.answers), 'CPU each': milliseconds(own.cpuMs / crowd) },
		});
		became.push({ name: `${n}: trigger`, figures: outcomeFigures(outcome) });
		goals.push({
			what: `${load}, ${n}: of ${crowd} pushes at once not answered within 5 s`,
			...count(crowd - succeeded(outcome.answers).length),
			limit: 0,
		});
		let answers: PushAnswer[] = [];
		const other = await world.cpuOf(async () => {
			answers = await Promise.all(
				results.map(async ({ push }) => await world.repeatTo(world.startingReference, push)),
			);
		});
		answered.push({
			name: `${n}: ${world.startingReference.name}`,
			figures: { ...answerFigures(answers), 'CPU each': milliseconds(other.cpuMs / crowd) },
		});
		report(`${load}, crowd ${n}: done`);
	}
	return {
		tables: [
			{ title: `${crowd} merchants authorize at once. ${load}`, of: 'Crowd', rows: answered },
			{ title: 'What became of them', of: 'Crowd', rows: became },
		],
		goals,
	};
}
