/** The releases of n8n that the tests can run, oldest first; each has its lock in versions/. */
export const N8N_VERSIONS = ['1.123.81', '2.20.12', '2.41.1'] as const;

export type N8nVersion = (typeof N8N_VERSIONS)[number];

/** The default release. */
export const NEWEST: N8nVersion = '2.41.1';

/** Differences between releases for programs that control n8n. */
export interface Ways {
	/** The editor sends the whole workflow to run it; later releases run the stored one. */
	runSendsWorkflow: boolean;
	/** The API can return a running execution; n8n 2.20 answers HTTP 500. */
	readsUnfinished: boolean;
	/** Activation continues after its answer, and another address reports its result. */
	tellsPublication: boolean;
	/** The command that publishes a workflow with the next start. */
	publishCommand: (workflowId: string) => string[];
}

const publish: Ways['publishCommand'] = (id) => ['publish:workflow', `--id=${id}`];

export const WAYS: Record<N8nVersion, Ways> = {
	'1.123.81': {
		runSendsWorkflow: true,
		readsUnfinished: true,
		tellsPublication: false,
		publishCommand: (id) => ['update:workflow', `--id=${id}`, '--active=true'],
	},
	'2.20.12': {
		runSendsWorkflow: false,
		readsUnfinished: false,
		tellsPublication: false,
		publishCommand: publish,
	},
	'2.41.1': {
		runSendsWorkflow: false,
		readsUnfinished: true,
		tellsPublication: true,
		publishCommand: publish,
	},
};
