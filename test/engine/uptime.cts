let ahead = 0;
let pace = 1;
const realNow = performance.now.bind(performance);

/** Advances `performance.now()` by seconds. */
export function letSecondsPass(count: number): void {
	ahead += count * 1000;
	jest.spyOn(performance, 'now').mockImplementation(() => realNow() * pace + ahead);
}

/** Speeds up `performance.now()`, for tests in which days pass. */
export function letTimeFly(times: number): void {
	pace = times;
	letSecondsPass(0);
}
