/** Milliseconds since the epoch; passed in where a decision depends on time. */
export type Now = () => number;

export const systemNow: Now = Date.now;
