/** Bounds how many asynchronous functions run at the same time. The build takes the library along. */
export { default as limitConcurrency } from 'p-limit';
