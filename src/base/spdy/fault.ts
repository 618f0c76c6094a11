/** A peer broke the protocol: its session ends. */
export class SpdyFault extends Error {}
