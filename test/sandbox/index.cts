export { connectSandbox } from './client.cts';
export type { Controls } from './controls/controls.cts';
export { startSandbox } from './server.cts';
export type { Sandbox, SandboxOptions } from './server.cts';
export { fingerprintOf } from './platform/tokens.cts';
export type * from './platform/platformSettings.cts';
export type * from './platform/platformTypes.cts';
export type * from './pushes/pushTypes.cts';
export type * from './types.cts';
