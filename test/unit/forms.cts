import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

/** A field of a form: its name, type and default, and how n8n handles it. */
export function formOf({ name, type, default: value, ...field }: INodeProperties): unknown[] {
	return [
		name,
		type,
		value,
		...(field.required ? ['required'] : []),
		...(field.typeOptions?.password ? ['secret'] : []),
		...(field.typeOptions?.expirable ? ['stored when empty'] : []),
		...(field.noDataExpression ? ['no expression'] : []),
		...conditionsOf('shown for', field.displayOptions?.show),
		...conditionsOf('hidden for', field.displayOptions?.hide),
		...Object.entries(field.typeOptions ?? {}).flatMap(([option, of]) =>
			['password', 'expirable'].includes(option) ? [] : [`${option} ${String(of)}`],
		),
		...(field.modes ?? []).map((mode) => `by ${mode.name}`),
		...(field.options ?? []).map(choiceOf),
	];
}

function conditionsOf(what: string, of: object | undefined): string[] {
	return Object.entries(of ?? {}).map(
		([name, values]) => `${what} ${name} ${(values as unknown[]).join(', ')}`,
	);
}

/** An entry of a list by its value, or a field of a collection. */
function choiceOf(
	choice: INodePropertyOptions | INodeProperties | INodePropertyCollection,
): unknown {
	if ('type' in choice) return formOf(choice);
	return 'value' in choice ? `or ${String(choice.value)}` : choice.name;
}
