import { testBodies } from './platformBodies.cts';
import { testBrowser } from './platformBrowser.cts';
import { testCanary } from './platformCanary.cts';
import { testMessages } from './platformMessages.cts';
import { testPushes } from './platformPushes.cts';
import { testRepeats } from './platformRepeats.cts';
import { testMerchants, testTicket } from './platformTokens.cts';
import { usePlatformWorld } from './platformWorld.cts';

const world = usePlatformWorld();

describe('Ticket', () => testTicket(world));
describe('Pushes', () => testPushes(world));
describe('Repeated pushes', () => testRepeats(world));
describe('Malformed bodies', () => testBodies(world));
describe('Messages of followers', () => testMessages(world));
describe('Editor', () => testBrowser(world));
// After all others that call WeChat, because calls stay with the fallback for a while.
describe('Merchants', () => testMerchants(world));
// Last, when every secret has been used.
describe('Secrets', () => testCanary(world));
