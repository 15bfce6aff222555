import type {
	ExecutionStatus,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
	NodeExecutionHint,
} from 'n8n-workflow';

/** An error as n8n records it. */
export interface RecordedError {
	name?: string;
	message: string;
	description?: string | null;
	[detail: string]: unknown;
}

/** The runs of a node; outputs, hints and error are those of its last run. */
export interface NodeRun {
	/** Items by output index; an output without data is empty. */
	outputs: INodeExecutionData[][];
	hints: NodeExecutionHint[];
	error: RecordedError | null;
	/** Sum of all runs. */
	executionTimeMs: number;
	runs: number;
}

/** A finished run of a workflow. */
export interface Execution {
	/** null for a run without a server. */
	id: string | null;
	status: ExecutionStatus;
	error: RecordedError | null;
	nodes: Record<string, NodeRun>;
	/** In ISO 8601. */
	startedAt: string;
	stoppedAt: string | null;
}

/** An execution as n8n records it, with its data parsed. */
export interface RecordedExecution {
	id?: string;
	status: ExecutionStatus;
	startedAt: string;
	stoppedAt?: string | null;
	data: Pick<IRunExecutionData, 'resultData'>;
}

/** Turns n8n's record into the form that tests read. */
export function toExecution(record: RecordedExecution): Execution {
	const { runData, error } = record.data.resultData;
	return {
		id: record.id ?? null,
		status: record.status,
		error: toError(error),
		nodes: Object.fromEntries(
			Object.entries(runData).map(([name, runs]) => [name, toNodeRun(runs)]),
		),
		startedAt: record.startedAt,
		stoppedAt: record.stoppedAt ?? null,
	};
}

function toNodeRun(runs: ITaskData[]): NodeRun {
	const last = runs[runs.length - 1];
	return {
		outputs: Object.values(last.data ?? {})
			.flat()
			.map((items) => items ?? []),
		hints: last.hints ?? [],
		error: toError(last.error),
		executionTimeMs: runs.reduce((sum, { executionTime }) => sum + executionTime, 0),
		runs: runs.length,
	};
}

function toError(error: object | undefined): RecordedError | null {
	return error ? { ...error, message: 'message' in error ? String(error.message) : '' } : null;
}
