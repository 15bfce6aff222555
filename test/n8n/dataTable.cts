import type { RestClient } from './restClient.cts';

interface StoredTable {
	id: string;
	name: string;
}

/** Makes a Data Table with these rows in the owner's project, in place of one of the same name. */
export async function fillDataTable(
	rest: RestClient,
	name: string,
	rows: Array<Record<string, string>>,
): Promise<void> {
	const { id: projectId } = await rest.get<{ id: string }>('/rest/projects/personal');
	const tables = `/rest/projects/${projectId}/data-tables`;
	const { data: stored } = await rest.get<{ data: StoredTable[] }>(tables);
	for (const table of stored) {
		if (table.name === name) await rest.request('DELETE', `${tables}/${table.id}`);
	}
	const columns = Object.keys(rows[0] ?? {}).map((column) => ({ name: column, type: 'string' }));
	const { id } = await rest.post<{ id: string }>(tables, { name, columns });
	await rest.post(`${tables}/${id}/insert`, { data: rows });
}
