/**
 * Hooks that n8n runs around each execution. They measure inside n8n's process, so that neither
 * the REST API nor the saving of the execution is part of the figures.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { INodeExecutionData, IRun } from 'n8n-workflow';
import { FIGURES_FILE } from './figures.cts';
import type { Figures } from './figures.cts';

const HAS_PROC = existsSync('/proc/self/clear_refs');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options: object) => void;

let startBytes: number | null = null;
let startCpu = process.cpuUsage();

function begin(): void {
	// This kind also returns memory to the system.
	collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' });
	// Resets the recorded peak to the present use.
	if (HAS_PROC) writeFileSync('/proc/self/clear_refs', '5');
	startBytes = peakBytes();
	startCpu = process.cpuUsage();
}

function end(run: IRun, _workflow: unknown, executionId: string): void {
	const { user, system } = process.cpuUsage(startCpu);
	const peak = peakBytes();
	const { runData, lastNodeExecuted, error } = run.data.resultData;
	const outputs = (runData[lastNodeExecuted ?? '']?.[0].data?.main ?? []).map((i) => i ?? []);
	const items = outputs.flat();
	const figures: Figures = {
		executionId,
		status: run.status,
		error: error?.message ?? null,
		nodeMs: Object.fromEntries(
			Object.entries(runData).map(([name, [{ executionTime }]]) => [name, executionTime]),
		),
		cpuMs: (user + system) / 1000,
		peakBytes: peak,
		startBytes,
		outputs: outputs.map(({ length }) => length),
		accepted: items.filter(({ json }) => json.errcode === 0).length,
		inputs: new Set(items.map(inputOf)).size,
	};
	appendFileSync(process.env[FIGURES_FILE] ?? '', `${JSON.stringify(figures)}\n`);
}

function inputOf({ pairedItem }: INodeExecutionData): number | undefined {
	const [paired] = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
	return typeof paired === 'object' ? paired.item : paired;
}

function peakBytes(): number | null {
	if (!HAS_PROC) return null;
	const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
	return Number(kilobytes) * 1024;
}

export const workflow = { preExecute: [begin], postExecute: [end] };
