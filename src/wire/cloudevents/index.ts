export { binaryFields, structuredEvent, type CloudEvent } from './encode.ts';
