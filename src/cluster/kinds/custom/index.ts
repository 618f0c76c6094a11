export { printedColumns } from './columns.ts';
export type { AskConversion } from './converter.ts';
export { established } from './established.ts';
export { compileJsonPath, type JsonPath } from './jsonpath.ts';
export { type CustomOptions, kindsOf } from './kinds.ts';
export { cleanupFinalizer, customresourcedefinitions, isEstablished } from './rules.ts';
