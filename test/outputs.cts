/** Outputs of Link and Unlink, in their order. */
export const OUTPUTS = [
	'Success',
	'Pending',
	'Quota Reached',
	'Not Allowed',
	'Authorization',
	'Retry Later',
	'Other',
];

/** Outputs of Get Status, in their order. */
export const STATUS_OUTPUTS = [
	'Linked',
	'Pending',
	'Not Linked',
	'Refused',
	'Authorization',
	'Retry Later',
	'Other',
];

/** An answer code for each output of Link. */
export const ANSWERS: ReadonlyArray<[errcode: number, output: string]> = [
	[0, 'Success'],
	[89010, 'Pending'],
	[89009, 'Quota Reached'],
	[89245, 'Not Allowed'],
	[61007, 'Authorization'],
	[-1, 'Retry Later'],
	[777001, 'Other'],
];
