import { testAddresses } from './welcomeAddresses.cts';
import { testReturn } from './welcomeReturn.cts';
import { testRoad } from './welcomeRoad.cts';
import { testSandboxing } from './welcomeSandboxing.cts';
import { testStates } from './welcomeStates.cts';
import { testTraces } from './welcomeTraces.cts';
import { useWelcome } from './welcomeWorld.cts';

const world = useWelcome();

describe('a merchant, from the address to linked', () => testRoad(world));
describe('a browser that comes back from WeChat', () => testReturn(world));
describe('the page of a merchant', () => testStates(world));
describe('addresses', () => testAddresses(world));
describe('what is left behind', () => testTraces(world));
// Last, for it starts n8n with other settings.
describe('the header that n8n puts on pages of webhooks', () => testSandboxing(world));
