/** What the hooks inside n8n record about one execution, as a line of JSON. */
export interface Figures {
	executionId: string;
	status: string;
	error: string | null;
	/** n8n's own execution time by node. */
	nodeMs: Record<string, number>;
	/** User and system time of n8n's main process, all threads, from the first node to the last. */
	cpuMs: number;
	/** Peak memory of that process during the execution, and memory just before; null without /proc. */
	peakBytes: number | null;
	startBytes: number | null;
	/** Items by output of the last node. */
	outputs: number[];
	/** How many of them have errcode 0. */
	accepted: number;
	/** How many different input items they belong to. */
	inputs: number;
}

/** Environment variable with the path of the file for the figures. */
export const FIGURES_FILE = 'BENCH_FIGURES_FILE';

/** What a node BenchStarted records about one item, as a line of JSON. */
export interface Started {
	/** Id of the workflow that was started. */
	workflowId: string;
	/** The account in the item, if any. */
	account: string | null;
}

/** Environment variable with the path of the file for started items. */
export const STARTED_FILE = 'BENCH_STARTED_FILE';
