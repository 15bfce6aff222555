import { testAgent } from './agent.cts';
import { testCodes } from './codes.cts';
import { testFaults } from './faults.cts';
import { testPackage } from './package.cts';
import { testStatus } from './status.cts';
import { useWorld } from './world.cts';

const world = useWorld();

describe('the package in n8n', () => testPackage(world));
describe('Link and Unlink', () => testCodes(world));
describe('Get Status', () => testStatus(world));
describe('faults', () => testFaults(world));
describe('a tool of an AI agent', () => testAgent(world));
