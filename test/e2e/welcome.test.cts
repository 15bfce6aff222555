import { testAddresses } from './welcomeAddresses.cts';
import { testReturn } from './welcomeReturn.cts';
import { testRoad } from './welcomeRoad.cts';
import { testSandboxing } from './welcomeSandboxing.cts';
import { testStates } from './welcomeStates.cts';
import { testTraces } from './welcomeTraces.cts';
import { useWelcome } from './welcomeWorld.cts';

const world = useWelcome();

describe('From the address to the link', () => testRoad(world));
describe('Return from WeChat', () => testReturn(world));
describe('Page of a merchant', () => testStates(world));
describe('Addresses', () => testAddresses(world));
describe('Traces', () => testTraces(world));
// Last, because it starts n8n with other settings.
describe('Sandbox header', () => testSandboxing(world));
