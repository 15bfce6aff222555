import type { PushAnswer } from '../sandbox/index.cts';
import { count, milliseconds } from './figures.cts';
import type { Outcome } from './pushWorld.cts';
import type { Figure } from './results.cts';

/** How long WeChat waits for an answer. */
const PATIENCE_MS = 5000;

/** The results of pushes after their answers. */
export function outcomeFigures({ delivered, started, exchanged, exchangeCalls }: Outcome) {
	const starts = [...started.values()];
	return {
		'Answered in the end': count(delivered.length),
		Lost: count(delivered.filter((account) => !started.has(account)).length),
		'Started twice': count(starts.filter((times) => times > 1).length),
		'Exchanged once': count(exchanged.filter((times) => times === 1).length),
		'Exchange calls': count(exchangeCalls),
	};
}

/** The answers to the first try of pushes. */
export function answerFigures(answers: PushAnswer[]): Record<string, Figure> {
	const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
	const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
	return {
		Pushes: count(answers.length),
		Success: count(succeeded(answers).length),
		'HTTP 503': count(answers.filter(({ status }) => status === 503).length),
		'No answer': count(answers.filter(({ status }) => status === null).length),
		p50: milliseconds(at(0.5)),
		p95: milliseconds(at(0.95)),
		Longest: milliseconds(at(1)),
	};
}

/** The answers that WeChat accepts as a delivery. */
export const succeeded = (answers: PushAnswer[]) =>
	answers.filter(
		({ status, body, ms }) => status === 200 && body === 'success' && ms <= PATIENCE_MS,
	);
