import { testAgent } from './agent.cts';
import { testPackage } from './package.cts';
import { testResults } from './results.cts';
import { useWorld } from './world.cts';

const world = useWorld();

describe('Package', () => testPackage(world));
describe('Results', () => testResults(world));
describe('AI agent', () => testAgent(world));
