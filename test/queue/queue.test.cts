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

describe('Tokens of two workers', () => testTokens(world));
describe('Token service and two workers', () => testTokenService(world));
describe('Pushes', () => testPushes(world));
describe('Processes that write at once', () => testWriters(world));
describe('Two workers whose clocks differ', () => testClocks(world));
describe('Lost worker', () => testHolder(world));
describe('Tokens of many merchants', () => testScale(world));
describe('Runs', () => testRuns(world));
// Last, because they disturb every process.
describe('Database that does not answer', () => testHangs(world));
describe('Outages', () => testOutages(world));
