import { testBodies } from './platformBodies.cts';
import { testBrowser } from './platformBrowser.cts';
import { testCanary } from './platformCanary.cts';
import { testMessages } from './platformMessages.cts';
import { testOutage } from './platformOutage.cts';
import { testPushes } from './platformPushes.cts';
import { testRepeats } from './platformRepeats.cts';
import { testMerchants, testTicket } from './platformTokens.cts';
import { usePlatformWorld } from './platformWorld.cts';

const world = usePlatformWorld();

describe('the ticket of the platform', () => testTicket(world));
describe('pushes about merchants', () => testPushes(world));
describe('pushes that come again', () => testRepeats(world));
describe('malformed bodies', () => testBodies(world));
describe('messages of followers', () => testMessages(world));
describe('merchants', () => testMerchants(world));
describe('the editor', () => testBrowser(world));
describe('an outage of API Base URL', () => testOutage(world));
// Last, when every secret there is has been used.
describe('secrets', () => testCanary(world));
