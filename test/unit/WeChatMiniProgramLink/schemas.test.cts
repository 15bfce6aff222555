import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

import { OPERATIONS } from '../../../nodes/WeChatMiniProgramLink/operations';
import { WeChatMiniProgramLink } from '../../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { linkToJson } from '../../../nodes/accounts/account';
import { inInputOrder, runNode, type RunOptions } from '../../engine/engine.cts';
import { startSandbox, type Sandbox } from '../../sandbox/index.cts';

const NODE = join(__dirname, '../../../nodes/WeChatMiniProgramLink');
const OA = 'wx00000000000000a1';
const NEWCOMER = 'wx00000000000000a2';
const PLATFORM = 'wx00000000000000c1';
const LINKED = 'wx00000000000000b1';
const REFUSED = 'wx00000000000000b2';
const STRANGER = 'wx00000000000000b3';
const REFUSED_USERNAME = 'gh_0000000000b2';

/** The least that an entry of WeChat's list may contain. */
const BARE_ENTRY = linkToJson({ status: 1 }, { simplify: true, includeEmail: false });

interface Schema {
	type: string | string[];
	/** Not a keyword of JSON Schema; see the test of the editor's preview. */
	nullable?: boolean;
	properties?: Record<string, Schema>;
	version?: number;
}

/** JSON types by path. */
type Types = Record<string, string[]>;

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});

afterAll(async () => await sandbox.close());

beforeEach(async () => {
	const { controls } = sandbox;
	await controls.reset();
	await controls.addAccount({ appId: OA });
	await controls.addMiniProgram({ appId: LINKED });
	await controls.addMiniProgram({ appId: REFUSED, username: REFUSED_USERNAME });
	await controls.setRelation(OA, LINKED, 1);
	await controls.setRelation(OA, REFUSED, 3);
});

describe.each(OPERATIONS.map(({ resource, option }) => [resource, option.value]))(
	'Schema of %s/%s',
	(resource, operation) => {
		const path = schemaPath(resource, operation);

		it(`The operation ${resource}/${operation} has a schema`, () => {
			expect(existsSync(path)).toBe(true);
			expect(readSchema(path)).toMatchObject({ type: 'object', version: 1 });
		});

		it(`The editor can preview the schema of ${resource}/${operation}`, () => {
			for (const { type, properties } of everySchemaIn(readSchema(path))) {
				// The editor reads only the first type, and previews only a plain `object` in depth.
				expect([type].flat()[0]).not.toBe('null');
				if (properties) expect(type).toBe('object');
			}
		});
	},
);

it('Only operations have schemas', () => {
	const root = join(NODE, '__schema__');
	const present = readdirSync(root, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.json'))
		.map((name) => join(root, name));
	const wanted = OPERATIONS.map(({ resource, option }) => schemaPath(resource, option.value));
	expect(present.sort()).toEqual(wanted.sort());
});

describe('Items of Mini Program links', () => {
	it.each(['link', 'unlink'])(
		'Items of %s have the fields and types of the schema',
		async (operation) => {
			const items = [{ appId: LINKED }, { appId: STRANGER }, { appId: '' }];
			const results = await resultsOf({ operation, items });
			expect(observedTypes(results)).toEqual(declaredTypes(operation));
		},
	);

	it('Items of getStatus have the fields and types of the schema', async () => {
		const operation = 'getStatus';
		const items = [
			{ appId: LINKED },
			{ appId: REFUSED_USERNAME },
			{ appId: STRANGER },
			{ appId: '' },
		];
		const results = await resultsOf({ operation, items });
		const [linked] = results;
		const types = observedTypes([...results, { ...linked, miniProgram: BARE_ENTRY }]);
		expect(types).toEqual(declaredTypes(operation));
	});

	it('Items of getMany have the fields and types of the schema', async () => {
		const operation = 'getMany';
		const results = await resultsOf({ operation, items: [{}] });
		const entries = results.filter((result) => !('category' in result));
		expect(entries).toHaveLength(4);
		const bare = { officialAccountAppId: null, ...BARE_ENTRY, hint: '' };
		expect(observedTypes([...entries, bare])).toEqual(declaredTypes(operation));
	});
});

describe('Items of a platform and its accounts', () => {
	const run = async (
		resource: string,
		operation: string,
		parameters: INodeParameters = {},
	): Promise<object[]> => {
		const { controls, url } = sandbox;
		await controls.reset();
		const platform = await controls.addPlatform({ appId: PLATFORM });
		await controls.addAccount({ appId: OA, name: 'Tea House' });
		await controls.setLimits({ callsPerMinute: 100 });
		await controls.pushTicket();
		const runOne = async (name: string, more: INodeParameters) =>
			await runNode({
				operation: name,
				items: [{ account: OA, appId: STRANGER }],
				credentialType: 'weChatOpenPlatformApi',
				credential: {
					componentAppId: PLATFORM,
					componentAppSecret: platform.appSecret,
					componentVerifyTicket: (await controls.lastTicket()) ?? '',
					apiBaseUrl: url,
					allowTokenOutput: true,
				},
				parameters: more,
			});
		const refused = inInputOrder((await runOne('link', {})).outputs);
		const rid = String(refused[0].rid);
		await controls.addAccount({ appId: NEWCOMER, status: 'none' });
		const { authorizationCode } = await controls.authorize({ account: NEWCOMER });
		const { outputs } = await runOne(operation, {
			resource,
			rid,
			authorizationCode,
			...parameters,
		});
		return outputs[0].map(({ json }) => json);
	};

	const RUNS: Array<[resource: string, operation: string, parameters: INodeParameters]> = [
		['officialAccount', 'completeAuthorization', {}],
		['officialAccount', 'get', {}],
		['officialAccount', 'getAccessToken', {}],
		['officialAccount', 'getMany', { options: { includeDetails: true } }],
		[
			'officialAccount',
			'createAuthorizationUrl',
			{ redirectUrl: 'https://merchants.example.com/' },
		],
		['platform', 'checkSetup', {}],
		['platform', 'getApiQuota', {}],
		['platform', 'getCall', {}],
	];

	it('The tests of schemas run each operation of a platform and its accounts', () => {
		const ofLinks = (path: string) => path.startsWith('miniProgramLink/');
		const wanted = OPERATIONS.map(({ resource, option }) => `${resource}/${option.value}`);
		const run = RUNS.map(([resource, operation]) => `${resource}/${operation}`);
		expect(run.sort()).toEqual(wanted.filter((path) => !ofLinks(path)).sort());
	});

	it.each(RUNS)(
		'Items of %s/%s have the fields and types of the schema',
		async (resource, operation, parameters) => {
			const items = await run(resource, operation, parameters);
			expect(items.length).toBeGreaterThan(0);
			const declared = declaredTypes(operation, resource);
			const observed = observedTypes(items);
			// Neither items of arrays nor WeChat's record of a call are compared.
			for (const path of Object.keys(observed)) {
				if (/\.\d+$|Body\./.test(path)) delete observed[path];
			}
			expect(Object.keys(observed).sort()).toEqual(Object.keys(declared).sort());
			for (const [path, types] of Object.entries(observed)) {
				expect(declared[path]).toEqual(expect.arrayContaining(types));
			}
		},
	);
});

/**
 * All items of four runs: with the account's appid, without it, with a token that is wrong, and on a
 * day whose calls are used up.
 */
async function resultsOf(options: Pick<RunOptions, 'operation' | 'items'>): Promise<object[]> {
	const accessToken = await sandbox.controls.issueToken(OA);
	const credential = { tokenSource: 'accessToken', accessToken, apiBaseUrl: sandbox.url };
	const credentials = [
		{ ...credential, officialAccountAppId: OA },
		credential,
		{ ...credential, accessToken: `${accessToken}wrong` },
	];
	const parameters = { options: { includeInputFields: false } };
	const results: object[] = [];
	for (const [n, given] of [...credentials, credential].entries()) {
		if (n === credentials.length) await sandbox.controls.answerWith({}, { errcode: 45009 });
		const { outputs, error } = await runNode({ ...options, parameters, credential: given });
		expect(error).toBeUndefined();
		results.push(...inInputOrder(outputs));
	}
	return results;
}

/** Where n8n looks for the schema of an operation. */
function schemaPath(resource: string, operation: string): string {
	const { version } = new WeChatMiniProgramLink().description;
	return join(NODE, '__schema__', `v${String(version)}.0.0`, resource, `${operation}.json`);
}

function readSchema(path: string): Schema {
	return JSON.parse(readFileSync(path, 'utf8')) as Schema;
}

function everySchemaIn(schema: Schema): Schema[] {
	return [schema, ...Object.values(schema.properties ?? {}).flatMap(everySchemaIn)];
}

function declaredTypes(operation: string, resource = 'miniProgramLink'): Types {
	return typesIn(readSchema(schemaPath(resource, operation)), '$');
}

function typesIn({ type, nullable, properties }: Schema, path: string): Types {
	const types: Types = { [path]: [...[type].flat(), ...(nullable ? ['null'] : [])].sort() };
	for (const [name, property] of Object.entries(properties ?? {})) {
		Object.assign(types, typesIn(property, `${path}.${name}`));
	}
	return types;
}

/** A field that only some of the objects have counts as `undefined` in the others. */
function observedTypes(values: unknown[], path = '$'): Types {
	const types: Types = { [path]: [...new Set(values.map(typeOf))].sort() };
	const objects = values.filter((value) => typeof value === 'object' && value !== null);
	for (const name of new Set(objects.flatMap((object) => Object.keys(object)))) {
		const fields = objects.map((object) => (object as Record<string, unknown>)[name]);
		Object.assign(types, observedTypes(fields, `${path}.${name}`));
	}
	return types;
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'array';
	return Number.isInteger(value) ? 'integer' : typeof value;
}
