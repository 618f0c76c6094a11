export { readAnswerHead } from './answer.ts';
export type { AnswerHead, Endpoint, Failure, OutgoingRequest, Receiver, Sending } from './contract.ts';
export { outgoingErrors } from './errors.ts';
export { createOutgoing, type Outgoing, type OutgoingOptions } from './pool.ts';
export { passedFields, relay, type Relayed, type RelayOptions } from './relay.ts';
