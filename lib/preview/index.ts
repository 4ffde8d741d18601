/** The mesh on this machine, in a real Envoy. */
export * from './preview-error';
export * from './preview-io';
export * from './run-preview';
export { DEFAULT_PORT_BASE } from './ports';
export { STUB_HEADERS } from './stubs';
