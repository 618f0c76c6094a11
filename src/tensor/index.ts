export * from './datatypes.ts';
export * from './tensor.ts';
