let ahead = 0;
const realNow = performance.now.bind(performance);

/** Lets seconds pass for this process, as far as it measures time by `performance.now()`. */
export function letSecondsPass(count: number): void {
	ahead += count * 1000;
	jest.spyOn(performance, 'now').mockImplementation(() => realNow() + ahead);
}
