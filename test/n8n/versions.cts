/** The releases of n8n that the tests can run, oldest first; each has its lock in versions/. */
export const N8N_VERSIONS = ['1.123.81', '2.20.12', '2.41.1'] as const;

export type N8nVersion = (typeof N8N_VERSIONS)[number];

/** What everything runs that names no version. */
export const NEWEST: N8nVersion = '2.41.1';
