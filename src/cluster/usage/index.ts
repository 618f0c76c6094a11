export { inScope, type Quota } from './scopes.ts';
export { add, type Amounts, usageOf, zero } from './usage.ts';
