export { connectSandbox } from './client.cts';
export type { Controls } from './controls.cts';
export { startSandbox } from './server.cts';
export type { Sandbox, SandboxOptions } from './server.cts';
export { fingerprintOf } from './tokens.cts';
export type * from './platformSettings.cts';
export type * from './platformTypes.cts';
export type * from './pushTypes.cts';
export type * from './types.cts';
