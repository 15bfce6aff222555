/** The releases of n8n that the tests can run, oldest first; each has its lock in versions/. */
export const N8N_VERSIONS = ['1.123.81', '2.20.12', '2.41.1'] as const;

export type N8nVersion = (typeof N8N_VERSIONS)[number];

/** What everything runs that names no version. */
export const NEWEST: N8nVersion = '2.41.1';

/** What differs between releases for whoever drives them from outside. */
export interface Ways {
	/** The editor sends the whole workflow to run it; later ones take what is stored. */
	runSendsWorkflow: boolean;
	/** The API can give an execution that has not ended; n8n 2.20 answers HTTP 500. */
	readsUnfinished: boolean;
	/** Activation goes on after its answer, and another address tells what has become of it. */
	tellsPublication: boolean;
	/** The command that makes a workflow active with the next start. */
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
