export * from './plan.ts';
export * from './vocabulary.ts';
