/** The sizes of the measurements. */
export interface Sizes {
	/** Items of each variant, and number of rounds. */
	items: number;
	rounds: number;
	/** Further numbers of items for the growth. */
	growth: number[];
	/** Two numbers of items whose difference is counted, and number of rounds. */
	counted: [few: number, many: number];
	repetitions: number;
	/** Numbers of items for which to find the smallest heap, ascending. */
	heapItems: number[];
	pushes: number;
	/** Merchants of a platform. */
	merchants: number;
	/** Accounts that the link trigger watches. */
	watched: number;
	/** Merchants who authorize at once, and number of rounds. */
	crowd: number;
	crowds: number;
	/** Length of an even stream of authorizations, in seconds. */
	streamSeconds: number;
	/** Pushes of each kind whose CPU time is measured, one after the other. */
	singlePushes: number;
}

export const FULL: Sizes = {
	items: 5000,
	rounds: 3,
	growth: [1000, 20_000, 50_000],
	counted: [500, 2500],
	repetitions: 2,
	heapItems: [5000, 20_000, 50_000],
	pushes: 1000,
	merchants: 1000,
	watched: 10_000,
	crowd: 60,
	crowds: 3,
	streamSeconds: 300,
	singlePushes: 100,
};

export const QUICK: Sizes = {
	items: 1000,
	rounds: 1,
	growth: [2000],
	counted: [500, 1500],
	repetitions: 1,
	heapItems: [1000],
	pushes: 100,
	merchants: 100,
	watched: 1000,
	crowd: 20,
	crowds: 1,
	streamSeconds: 60,
	singlePushes: 20,
};
