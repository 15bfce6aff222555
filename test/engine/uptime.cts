let ahead = 0;
let pace = 1;
const realNow = performance.now.bind(performance);

/** Lets seconds pass for this process, as far as it measures time by `performance.now()`. */
export function letSecondsPass(count: number): void {
	ahead += count * 1000;
	jest.spyOn(performance, 'now').mockImplementation(() => realNow() * pace + ahead);
}

/** Lets that time go so many times faster, for tests in which days pass. */
export function letTimeFly(times: number): void {
	pace = times;
	letSecondsPass(0);
}
