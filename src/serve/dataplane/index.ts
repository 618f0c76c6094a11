export type { Client, DataPlane } from './contract.ts';
export { compute, type Call, type Exchange, type ExchangeLimits } from './exchange.ts';
