/** Milliseconds; passed in where a decision depends on time. */
export type Now = () => number;

/** Milliseconds since the epoch, as people tell the time: it jumps when somebody, or a time server, sets the clock. */
export const systemNow: Now = Date.now;

/** Milliseconds since some moment, which pass evenly whatever is done to the date: for every span of time. */
export const steadyNow: Now = () => performance.now();
