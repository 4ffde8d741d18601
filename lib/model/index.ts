/** The model's types and functions, for the other layers. */
export type * from './action';
export type * from './aws-access';
export * from './features';
export * from './gateway';
export * from './guards';
export * from './match';
export * from './observability';
export * from './opaque';
export * from './resilience';
export type * from './security';
export type * from './service';
export type * from './traffic-model';
export type * from './workload';
