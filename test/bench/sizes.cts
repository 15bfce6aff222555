/** How much is measured. */
export interface Sizes {
	/** Items of each variant, and how often. */
	items: number;
	rounds: number;
	/** Further numbers of items for the growth. */
	growth: number[];
	/** Two numbers of items whose difference is counted, and how often. */
	counted: [few: number, many: number];
	repetitions: number;
	/** Numbers of items whose least heap is searched, ascending. */
	heapItems: number[];
	pushes: number;
	/** Merchants of a platform. */
	merchants: number;
	/** Accounts that the link trigger watches. */
	watched: number;
	/** Merchants who authorize at once, and how often that happens. */
	crowd: number;
	crowds: number;
	/** Seconds of an even stream of authorizations. */
	streamSeconds: number;
	/** Pushes of each kind, one after the other, whose CPU is taken. */
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
