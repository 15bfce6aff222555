import { testClocks } from './clocks.cts';
import { testHangs } from './hangs.cts';
import { testHolder } from './holder.cts';
import { testOutages } from './outages.cts';
import { testPushes } from './pushes.cts';
import { testRuns } from './runs.cts';
import { testScale } from './scale.cts';
import { testTokens } from './tokens.cts';
import { testTokenService } from './tokenService.cts';
import { useQueueWorld } from './world.cts';
import { testWriters } from './writers.cts';

const world = useQueueWorld();

describe('tokens of two workers', () => testTokens(world));
describe('a token service and two workers', () => testTokenService(world));
describe('pushes', () => testPushes(world));
describe('processes that write at once', () => testWriters(world));
describe('two workers whose clocks differ', () => testClocks(world));
describe('a worker that is lost', () => testHolder(world));
describe('the tokens of many merchants', () => testScale(world));
describe('runs', () => testRuns(world));
// Last, since they shake everything.
describe('a database that does not answer', () => testHangs(world));
describe('outages', () => testOutages(world));
