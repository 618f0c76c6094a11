export type { Client, DataPlane } from './contract.ts';
export { compute, rowsOf, type Call, type Exchange, type ExchangeLimits } from './exchange.ts';
