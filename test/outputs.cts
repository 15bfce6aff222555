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
