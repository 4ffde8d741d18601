/** The simulator: where a request goes, and why. */
export { ANY_OTHER_HOST, describeHostName } from './any-other-host';
export { changedHeaders, headersAfter, pathAfter } from './changes';
export * from './decision';
export * from './endings';
export * from './explain';
export { GatewayEntrance } from './gateway-entrance';
export * from './request';
export * from './share';
export * from './simulation-error';
export * from './simulator';
export { unroutedEnding } from './unrouted';
export * from './words';
