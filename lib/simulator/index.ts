/** The simulator: where a request goes, and why. */
export * from './decision';
export * from './explain';
export * from './request';
export * from './share';
export * from './simulation-error';
export * from './simulator';
export * from './words';
