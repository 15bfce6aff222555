import { testPushes } from './pushes.cts';
import { testTokens } from './tokens.cts';
import { useQueueWorld } from './world.cts';

const world = useQueueWorld();

describe('tokens of two workers', () => testTokens(world));
describe('pushes', () => testPushes(world));
