let minutes = 0;
const realNow = performance.now.bind(performance);

/** Lets minutes pass for this process, as far as it measures time by `performance.now()`. */
export function letMinutesPass(count: number): void {
	minutes += count;
	jest.spyOn(performance, 'now').mockImplementation(() => realNow() + minutes * 60_000);
}
