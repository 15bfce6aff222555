import { testOutages } from './outages.cts';
import { testPushes } from './pushes.cts';
import { testRuns } from './runs.cts';
import { testTokens } from './tokens.cts';
import { testTokenService } from './tokenService.cts';
import { useQueueWorld } from './world.cts';
import { testWriters } from './writers.cts';

const world = useQueueWorld();

describe('tokens of two workers', () => testTokens(world));
describe('a token service and two workers', () => testTokenService(world));
describe('pushes', () => testPushes(world));
describe('processes that write at once', () => testWriters(world));
describe('runs', () => testRuns(world));
// Last, since they shake everything.
describe('outages', () => testOutages(world));
