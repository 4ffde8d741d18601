/** Reading synthesized programs. */
export * from './assembly-error';
export * from './read-models';
