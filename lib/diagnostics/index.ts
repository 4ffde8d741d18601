/** Findings, their catalogue and their text. */
export * from './catalogue';
export * from './diagnostic';
export * from './mesh-error';
export * from './render';
