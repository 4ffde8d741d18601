/** The model's types and functions, for the other layers. */
export * from './action';
export * from './features';
export * from './gateway';
export * from './guards';
export * from './match';
export * from './observability';
export * from './opaque';
export * from './resilience';
export * from './security';
export * from './service';
export * from './traffic-model';
export * from './workload';
